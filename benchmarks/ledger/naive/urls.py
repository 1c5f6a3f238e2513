"""The addresses of the naive peer."""

from rest_framework.routers import DefaultRouter

from .api import TradeViewSet

router = DefaultRouter()
router.register("trades", TradeViewSet)
urlpatterns = router.urls
