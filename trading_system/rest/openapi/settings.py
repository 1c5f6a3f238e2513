"""What drf-spectacular is told: the document's own words, and how it is put together."""

from typing import Any


def configured(version: str) -> dict[str, Any]:
    """SPECTACULAR_SETTINGS of the project's version."""
    return {
        "TITLE": "Trade ledger",
        "DESCRIPTION": "Trades, exact and with their history. Amounts are decimals in strings, times are UTC. "
        "Nothing is ignored: an unknown field or parameter is an error that names it.",
        "VERSION": version,
        "TAGS": [
            {"name": "trades", "description": "One trade, pages of trades, and totals."},
            {"name": "files", "description": "Import and export of many trades at once."},
            {"name": "portfolio", "description": "Positions, lots and candles, computed from trades."},
            {"name": "accounts", "description": "Books of trades, of everybody or of their members."},
            {"name": "instruments", "description": "What is known of tickers."},
            {"name": "market", "description": "What was seen of the market: candles and last prices."},
            {"name": "webhooks", "description": "Who is told what becomes of trades and alerts."},
            {"name": "alerts", "description": "What the watch reported, what raises an alert, and what silences it."},
        ],
        "OAS_VERSION": "3.1.0",
        "COMPONENT_SPLIT_PATCH": False,  # rest.openapi names what is sent
        "SERVE_INCLUDE_SCHEMA": False,
        "SERVE_AUTHENTICATION": None,  # as of all the others
        "SERVE_PERMISSIONS": ["access.permissions.ByRole"],
        "ENUM_SUFFIX": "",
        "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
        "ENUM_NAME_OVERRIDES": {
            "AlertKind": "alerts.columns.Kind",
            "CorporateActionKind": "portfolio.models.Kind",
            "InstrumentKind": "reference.kinds.Kind",
            "WebhookEvent": "webhooks.events.EVENTS",
            "DeliveredEvent": "webhooks.events.DELIVERED",
            "WithdrawalReason": "alerts.columns.Withdrawal",
        },
        "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "rest.openapi.schema.complete"],
        "SWAGGER_UI_DIST": "SIDECAR",
        "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
        "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},  # which would be asked on another host
    }
