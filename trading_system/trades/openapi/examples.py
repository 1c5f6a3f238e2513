"""Requests in turn, beginning with an empty ledger, and what each is answered. The document's examples are these."""

from rest.openapi.examples import CSV, NDJSON, Exchange

FIRST, SECOND, THIRD, FOURTH = (f"2025-06-06T20:16:0{second}.638373Z" for second in (1, 2, 3, 4))  # of its clock

TRADE = {
    "id": 1,
    "ticker": "AAPL",
    "price": "170.25",
    "quantity": "10",
    "side": "buy",
    "timestamp": "2025-06-06T20:00:00Z",
    "fee": "1.00",
    "external_id": "fill-1",
    "note": "Opening position",
    "created_at": FIRST,
    "updated_at": FIRST,
}
NEW = {name: value for name, value in TRADE.items() if name not in ("id", "created_at", "updated_at")}
NEW |= {"price": 170.25, "quantity": 10}
CHANGED = TRADE | {"quantity": "12.5", "updated_at": SECOND}
SALE = {
    "ticker": "XRP/ETH",
    "price": "0.00142767",
    "quantity": "250",
    "side": "sell",
    "timestamp": "2025-06-06T20:15:30.123456Z",
    "fee": "-0.00002",
    "external_id": "fill-2",
    "note": "",
}
NDJSON_TEXT = """\
{"ticker":"AAPL","price":"170.25","quantity":"10","side":"buy","timestamp":"2025-06-06T20:00:00Z",\
"fee":"1.00","external_id":"fill-1","note":"Opening position"}
{"ticker":"XRP/ETH","price":"0.00142767","quantity":"250","side":"sell","timestamp":"2025-06-06T20:15:30.123456Z",\
"fee":"-0.00002","external_id":"fill-2","note":""}
"""
CSV_TEXT = """\
ticker,price,quantity,side,timestamp,fee,external_id,note
AAPL,170.25,10,buy,2025-06-06T20:00:00Z,1.00,fill-1,Opening position
XRP/ETH,0.00142767,250,sell,2025-06-06T20:15:30.123456Z,-0.00002,fill-2,
"""
EDGE = {"price": "170.25", "timestamp": "2025-06-06T20:00:00Z"}
SUMMED = {
    "ticker": "AAPL",
    "count": 1,
    "volume": "12.5",
    "notional": "2128.125",
    "vwap": "170.25",
    "high": "170.25",
    "low": "170.25",
    "first": EDGE,
    "last": EDGE,
    "buys": {"count": 1, "volume": "12.5"},
    "sells": {"count": 0, "volume": "0"},
}
REPORT = {"created": 0, "duplicates": 0, "failed": 0, "errors": [], "dry_run": False, "imported_at": None}
UPDATE = {"event": "update", "at": SECOND, "by": None, "before": TRADE, "after": CHANGED}
KEY = {"Idempotency-Key": "7f6f0c9e-41d5"}
TICKER_FORM = "Must be letters, digits and . _ / : = ^ - and begin with a letter or digit."

EXCHANGES = (
    Exchange("A trade", "create", 201, TRADE, NEW, headers=KEY),
    Exchange("The same again", "create", 200, TRADE, NEW),
    Exchange("The same external_id", "create", 409, {"external_id": ["Another trade has it."]}, NEW | {"price": 171}),
    Exchange(
        "Fields that are wrong",
        "create",
        400,
        {
            "ticker": [TICKER_FORM],
            "price": ["Must be above zero."],
            "quantity": ["This field is required."],
            "side": ['Must be "buy" or "sell".'],
        },
        {"ticker": "AA PL", "price": -1, "side": "hold"},
    ),
    Exchange(
        "Another request with the same key",
        "create",
        422,
        {"detail": "This Idempotency-Key belongs to a request that was another one."},
        SALE,
        headers=KEY,
    ),
    Exchange("A trade", "retrieve", 200, TRADE),
    Exchange("No trade", "retrieve", 404, {"detail": "No Trade matches the given query."}, id=7),
    Exchange("A quantity", "partial_update", 200, CHANGED, {"quantity": "12.5"}),
    Exchange(
        "A version that is gone",
        "partial_update",
        412,
        {"detail": "The trade has changed since it was read."},
        {"note": ""},
        headers={"If-Match": f'"1-{FIRST}"'},
    ),
    Exchange(
        "A page", "list", 200, {"next": None, "previous": None, "results": [CHANGED]}, query={"ticker": "AAPL,XRP/ETH"}
    ),
    Exchange(
        "With the total",
        "list",
        200,
        {"count": 1, "next": None, "previous": None, "results": [CHANGED]},
        query={"start_date": "2025-06-01", "end_date": "2025-06-06", "tz": "Europe/Berlin", "count": "true"},
    ),
    Exchange(
        "An unknown parameter",
        "list",
        400,
        {"tickr": ["Unknown parameter; the nearest is ticker."]},
        query={"tickr": "AAPL"},
    ),
    Exchange("One ticker", "summary", 200, {"count": 1, "results": [SUMMED]}, query={"ticker": "AAPL"}),
    Exchange("A change", "history", 200, {"next": None, "results": [UPDATE]}),
    Exchange("A trade", "update", 200, TRADE | {"updated_at": THIRD}, NEW),
    Exchange("Trades", "bulk", 201, REPORT | {"created": 1, "duplicates": 1}, [NEW, SALE]),
    Exchange("Trades", "bulk", 200, REPORT | {"duplicates": 2}, NDJSON_TEXT, media_type=NDJSON),
    Exchange("Trades", "bulk", 200, REPORT | {"duplicates": 2}, CSV_TEXT, media_type=CSV),
    Exchange(
        "The same file again",
        "bulk",
        200,
        REPORT | {"duplicates": 2, "imported_at": THIRD},
        CSV_TEXT,
        media_type=CSV,
    ),
    Exchange(
        "A row that is wrong",
        "bulk",
        400,
        REPORT | {"failed": 1, "errors": [{"line": 2, "field": "price", "message": "Must be above zero."}]},
        [SALE, SALE | {"price": 0}],
    ),
    Exchange("Trades", "export", 200, CSV_TEXT, query={"format": "csv"}, answer_type=CSV),
    Exchange("Trades", "export", 200, NDJSON_TEXT, query={"format": "ndjson"}, answer_type=NDJSON),
    Exchange("Not deleted", "restore", 409, {"detail": "The trade is in the ledger."}),
    Exchange("A trade", "destroy", 204),
    Exchange("The trade again", "restore", 200, TRADE | {"updated_at": FOURTH}),
)
