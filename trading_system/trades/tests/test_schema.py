"""GET /api/schema/: the document says what the service does."""

import json
import re
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connection
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from rest.bodies import JSON
from rest.openapi.examples import FORMS, REQUEST_ID
from trades.api import PARAMETERS
from trades.filters import TradeFilter
from trades.tests.document import Exchange, document, exchanges
from trading_system.urls import router

from .book import URL

if TYPE_CHECKING:
    from schemathesis.specs.openapi.schemas import OpenApiSchema

EXCHANGES = exchanges("trades")
CLOCK = ("created_at", "updated_at")
OPERATIONS = {
    "list": "list_trades",
    "create": "add_trade",
    "retrieve": "get_trade",
    "update": "replace_trade",
    "partial_update": "change_trade",
    "destroy": "delete_trade",
    "restore": "restore_trade",
    "history": "get_trade_history",
    "changes": "follow_trades",
    "summary": "sum_up_trades",
    "export": "export_trades",
    "bulk": "import_trades",
}


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    return document()


def operations(openapi: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The operations by their names, each with its path and method."""
    return {
        operation["operationId"]: operation | {"path": path, "method": method}
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    }


def parameters(operation: dict[str, Any], where: str) -> set[str]:
    return {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == where}


def test_it_is_valid_and_nothing_is_guessed() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=StringIO())


def test_it_is_openapi_3_1_in_json_or_yaml(openapi: dict[str, Any], api: APIClient) -> None:
    assert openapi["openapi"] == "3.1.0"
    answer = api.get("/api/schema/?format=yaml")
    assert yaml.load(answer.content, yaml.CSafeLoader) == openapi
    assert api.get("/api/schema/", headers={"accept": "application/yaml"}).content == answer.content


def test_it_says_where_the_service_is(openapi: dict[str, Any]) -> None:
    assert openapi["servers"] == [{"url": "http://testserver"}]


def test_without_a_login_none_is_asked_for(openapi: dict[str, Any]) -> None:
    assert "securitySchemes" not in openapi["components"]
    assert not any("security" in operation for operation in operations(openapi).values())


def test_with_logins_a_token_or_a_session_will_do(settings: Any) -> None:
    settings.LOGIN_REQUIRED = True
    openapi = SchemaGenerator().get_schema(public=True)
    assert openapi["components"]["securitySchemes"] == {
        "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        "token": {"type": "http", "scheme": "bearer", "description": "The token that manage.py create_token printed."},
    }
    for operation in operations(openapi).values():
        assert operation["security"] == [{"token": []}, {"session": []}]


def test_its_types_have_names_that_can_be_read(openapi: dict[str, Any]) -> None:
    types = "Trade NewTrade TradeChange TradePage TradeEvent TradeHistory TradeSummary TickerSummary ImportReport Side"
    assert set(types.split()) <= openapi["components"]["schemas"].keys()


def test_what_is_sent_has_no_member_that_only_the_server_sets(openapi: dict[str, Any]) -> None:
    types = openapi["components"]["schemas"]
    assert types["Trade"]["properties"].keys() - types["NewTrade"]["properties"].keys() == {
        "id",
        "import",
        "created_by",
        *CLOCK,
    }
    assert types["NewTrade"]["required"] == ["ticker", "price", "quantity", "side"]
    assert "required" not in types["TradeChange"]
    assert types["Trade"]["required"] == list(types["Trade"]["properties"])


def test_every_route_is_in_it_with_every_method(openapi: dict[str, Any]) -> None:
    routes = {
        (
            re.sub(r"\(\?P<\w+>[^)]+\)", "{id}", f"/api/{url.pattern.regex.pattern.strip('^$')}"),
            method,
            OPERATIONS[action],
        )
        for url in router.urls
        for method, action in getattr(url.callback, "actions", {}).items()
        if method != "head" and url.pattern.regex.pattern.startswith("^trades/")
    }
    documented = {(one["path"], one["method"], name) for name, one in operations(openapi).items()}
    assert routes == {route for route in documented if route[0].startswith(URL)}


@pytest.mark.parametrize("action", OPERATIONS)
def test_every_parameter_is_in_it_and_no_other(openapi: dict[str, Any], action: str) -> None:
    named = parameters(operations(openapi)[OPERATIONS[action]], "query")
    choice_of_format = {"format"} if action in ("export", "changes") else set()  # the others have one for programs
    assert named == PARAMETERS.get(action, set()) | choice_of_format


def test_parameters_and_operations_say_what_they_are_for(openapi: dict[str, Any]) -> None:
    for operation in operations(openapi).values():
        assert operation["summary"]
        assert all(parameter["description"] for parameter in operation.get("parameters", []))


@pytest.mark.parametrize("name", TradeFilter.base_filters)
def test_a_filter_has_its_help_text(openapi: dict[str, Any], name: str) -> None:
    [parameter] = [one for one in operations(openapi)["list_trades"]["parameters"] if one["name"] == name]
    assert parameter["description"] == TradeFilter.base_filters[name].extra["help_text"]


SET_BY_THE_SERVER = (*CLOCK, "at", "expires_at", "booked_at", "undone_at", "imported_at", "request_id")


def without_times(value: Any) -> Any:
    if isinstance(value, list):
        return [without_times(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: bool(one) if name in SET_BY_THE_SERVER else without_times(one) for name, one in value.items()}


def send(service: "OpenApiSchema", exchange: Exchange, media_type: str) -> bytes:
    from trades.tests.conformance import CHECKS

    operation = service.find_operation_by_id(exchange.operation)
    body = {} if exchange.body is None else {"body": exchange.body, "media_type": media_type}
    named = dict.fromkeys(re.findall(r"{(\w+)}", operation.path), exchange.id)
    case = operation.Case(query=exchange.query, headers=exchange.headers, path_parameters=named, **body)
    answer = case.call()
    case.validate_response(answer, checks=CHECKS)
    assert answer.status_code == exchange.status, (exchange, answer.content)
    return answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("media_type", [JSON, *FORMS])
def test_examples_are_real(service: "OpenApiSchema", media_type: str) -> None:
    with connection.cursor() as cursor:
        for table in ("trades_trade", "trades_import"):
            cursor.execute(f"ALTER TABLE {table} ALTER id RESTART")
    for exchange in EXCHANGES:
        takes_forms = exchange.operation in ("add_trade", "replace_trade", "change_trade")
        content = send(service, exchange, media_type if takes_forms else exchange.media_type).decode()
        if exchange.answer is None or isinstance(exchange.answer, str):
            assert content == (exchange.answer or "")
        else:
            named = {"request_id": True} if exchange.status >= 400 else {}
            assert without_times(json.loads(content)) == without_times(exchange.answer) | named


def test_every_example_is_in_it(openapi: dict[str, Any]) -> None:
    shown = json.dumps(openapi)
    request = {"request_id": REQUEST_ID}  # every error names its own
    examples = [
        exchange.answer | request if exchange.status >= 400 else exchange.answer
        for exchange in EXCHANGES
        if exchange.answer is not None
    ]
    examples += [exchange.body for exchange in EXCHANGES if exchange.status < 400 and exchange.body is not None]
    assert [example for example in examples if json.dumps(example) not in shown] == []


def test_the_documentation_asks_no_other_host(client: Client) -> None:
    page = client.get("/api/docs/").content.decode()
    referred = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert len(referred) == 5
    assert "/api/docs/?script=" in referred
    for address in set(referred) - {"/api/docs/?script="}:
        assert address.startswith("/static/")
        assert finders.find(address.removeprefix("/static/"))
    script = client.get("/api/docs/?script=").content.decode()
    assert not re.search(r"https?:|[\"']//", page + script)
    assert 'url: "/api/schema/"' in script
    assert '"validatorUrl": null' in script


@pytest.mark.django_db
def test_the_root_leads_to_all_there_is(api: APIClient) -> None:
    addresses = api.get("/api/").json().values()
    assert len(addresses) > 1
    for address in addresses:
        assert api.get(address).status_code == (400 if address.endswith("/candles/") else 200)  # which are of a ticker


@pytest.mark.parametrize("address", ["/api/", "/api/schema/", "/api/docs/"])
@pytest.mark.parametrize("query", ["version=%0D%0AX:y", "lang=de", "x=1"])
def test_an_unknown_parameter_is_refused_here_as_well(client: Client, address: str, query: str) -> None:
    assert client.get(f"{address}?{query}").status_code == 400
