"""Requests in turn, beginning without any alert, and what each is answered. The document's examples are these."""

from rest.openapi.examples import Exchange

NEW = {
    "id": "6edd7d441f184415",
    "kind": "rise",
    "ticker": "AAPL",
    "price": "174.40",
    "timestamp": "2025-06-06T20:00:41Z",
    "seq": 1795570817253945,
    "low": "170.25",
    "low_timestamp": "2025-06-06T20:00:00Z",
    "low_seq": 1795570817253863,
    "rise_percent": "2.437591776798825256975036711",
    "threshold_percent": "2",
    "window_seconds": 60.0,
    "gap": False,
    "received": "2025-06-06T20:00:41.001Z",
}
ALERT = NEW | {"created_at": "2025-06-06T20:00:41.005123Z"}

EXCHANGES = (
    Exchange("A rise", "create", 201, ALERT, NEW),
    Exchange("The same again", "create", 200, ALERT, NEW),
    Exchange("The same id", "create", 409, {"id": ["Another alert has it."]}, NEW | {"price": "175"}),
    Exchange(
        "What is no rise",
        "create",
        400,
        {"low": ["Must be below price."]},
        NEW | {"id": "1", "low": "180"},
    ),
    Exchange("A rise", "retrieve", 200, ALERT, id=NEW["id"]),
    Exchange("No alert", "retrieve", 404, {"detail": "There is no such alert."}, id="0"),
    Exchange("A page", "list", 200, {"next": None, "previous": None, "results": [ALERT]}, query={"ticker": "AAPL"}),
)
