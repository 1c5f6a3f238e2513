"""Every address that the service answers."""

from django.contrib import admin
from django.urls import include, path, re_path
from rest_framework.routers import DefaultRouter

from alerts.alert_rules_api import AlertRuleViewSet
from alerts.api import AlertViewSet
from alerts.openapi.operations import document_alerts, document_previews, document_rules, document_snoozes
from alerts.previews_api import AlertPreviewViewSet
from alerts.snoozes_api import AlertSnoozeViewSet
from dashboard.views import Desk
from market.api import MarketCandleViewSet, MarketPriceViewSet
from market.openapi.operations import document_market_candles, document_market_prices
from portfolio.api import CandleViewSet, PositionViewSet
from portfolio.corporate_actions import CorporateActionViewSet
from portfolio.lots_api import LotViewSet
from portfolio.openapi.lots import document_lots
from portfolio.openapi.operations import document_candles, document_corporate_actions, document_positions
from reference.accounts import AccountViewSet
from reference.instruments import InstrumentViewSet
from reference.openapi.accounts import document_accounts
from reference.openapi.instruments import document_instruments
from trades.api import TradeViewSet
from trades.imports_api import ImportViewSet
from trades.openapi.imports import document_import_profiles, document_imports
from trades.openapi.operations import document_trades
from trades.profiles_api import ImportProfileViewSet
from webhooks.api import WebhookViewSet
from webhooks.openapi.operations import document_webhooks

from .health import livez, readyz
from .views import Document, Documentation, NoSuchAddress, TradingSystem, metrics

router = DefaultRouter()
router.APIRootView = TradingSystem
router.include_format_suffixes = False  # ?format= will do
router.register("trades", document_trades(TradeViewSet))
router.register("imports", document_imports(ImportViewSet))
router.register("import-profiles", document_import_profiles(ImportProfileViewSet), basename="import-profile")
router.register("accounts", document_accounts(AccountViewSet))
router.register("positions", document_positions(PositionViewSet), basename="position")
router.register("lots", document_lots(LotViewSet), basename="lot")
router.register("candles", document_candles(CandleViewSet), basename="candle")
router.register("corporate-actions", document_corporate_actions(CorporateActionViewSet), basename="corporate-action")
router.register("instruments", document_instruments(InstrumentViewSet))
router.register("alerts", document_alerts(AlertViewSet))
router.register("alert-rules", document_rules(AlertRuleViewSet), basename="alert-rule")
router.register("alert-snoozes", document_snoozes(AlertSnoozeViewSet), basename="alert-snooze")
router.register("alert-previews", document_previews(AlertPreviewViewSet), basename="alert-preview")
router.register("market/candles", document_market_candles(MarketCandleViewSet), basename="market-candle")
router.register("market/prices", document_market_prices(MarketPriceViewSet), basename="market-price")
router.register("webhooks", document_webhooks(WebhookViewSet))

urlpatterns = [
    path("api/", include(router.urls)),  # first, as it is asked most
    path("api/schema/", Document.as_view(), name="schema"),
    path("api/docs/", Documentation.as_view(), name="docs"),
    re_path(r"^api/[\s\S]*/$", NoSuchAddress.as_view()),
    path("", Desk.as_view(), name="desk"),
    path("livez", livez),
    path("readyz", readyz),
    path("metrics", metrics),
    path("admin/", admin.site.urls),
    path("", include("rest_framework.urls")),
]
handler500 = "trading_system.middleware.server_error"
