"""Every address that the service answers."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from rest_framework.routers import DefaultRouter, SimpleRouter

from trades.api import TradeViewSet

router = DefaultRouter()
router.register("trades", TradeViewSet)
# Django can redirect a GET to the address with its slash, but not a POST.
slashless = SimpleRouter(trailing_slash=False)
slashless.register("trades", TradeViewSet, basename="slashless-trade")

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api-root")),
    path("admin/", admin.site.urls),
    path("api/", include(router.urls)),
    path("api/", include(slashless.urls)),
]
