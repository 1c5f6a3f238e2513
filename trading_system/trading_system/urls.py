"""Every address that the service answers."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from rest_framework.routers import DefaultRouter

from trades.api import TradeViewSet

router = DefaultRouter()
router.include_format_suffixes = False  # ?format= will do
router.register("trades", TradeViewSet)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api-root")),
    path("admin/", admin.site.urls),
    path("api/", include(router.urls)),
]
