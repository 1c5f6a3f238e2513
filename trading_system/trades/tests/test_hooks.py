"""What Django REST framework declares is what happens: a view that overrides one of its hooks behaves otherwise."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.exceptions import PermissionDenied
from rest_framework.filters import BaseFilterBackend
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory

from alerts.api import AlertViewSet
from alerts.models import Alert
from portfolio.api import PositionViewSet
from rest.filters import SelectionFilter, TickersFilter
from rest.openapi.examples import examples_of
from rest.pagination import KeysetPagination
from rest.selection import Selection
from trades.api import TradeViewSet
from trades.files.source import PIECE, TradeFile
from trades.filters import TradeFilter
from trades.models import Trade
from trades.parsers import CSVParser
from trades.renderers import CSVRenderer

from .book import FIRST, URL, record

pytestmark = pytest.mark.django_db
NEW = examples_of("alerts")["values"]["new"]
FILL = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}


def ask(view: Any, method: str, action: str, data: Any = None, pk: Any = None, **extra: Any) -> Any:
    """What the view answers, as a router would ask it."""
    routed = {**getattr(getattr(view, action), "kwargs", {}), "detail": pk is not None, **extra.pop("routed", {})}
    request = getattr(APIRequestFactory(), method)(URL, data, **extra)
    answer = view.as_view({method: action}, **routed)(request, **({} if pk is None else {"pk": str(pk)}))
    return answer.render() if isinstance(answer, Response) else answer


def tickers(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["ticker"] for row in json.loads(answer.content)["results"]]


@pytest.fixture
def book() -> list[Trade]:
    return [record(FIRST + timedelta(days=day), ticker=ticker)[0] for day, ticker in enumerate("ABC")]


class OnlyA(BaseFilterBackend):
    def filter_queryset(self, request: Any, queryset: Selection, view: Any) -> Any:
        return queryset.of("A")


@pytest.mark.parametrize("action", ["list", "summary"])
def test_a_filter_backend_filters(book: list[Trade], action: str) -> None:
    class View(TradeViewSet):
        filter_backends = (*TradeViewSet.filter_backends, OnlyA)

    assert tickers(ask(View, "get", action)) == ["A"]
    assert tickers(ask(View, "get", action, {"ticker": "A,B"})) == ["A"]
    assert tickers(ask(View, "get", action, {"ticker": "B"})) == []


def test_a_filter_backend_filters_exports_and_what_follows_from_trades(book: list[Trade]) -> None:
    class View(TradeViewSet):
        filter_backends = (OnlyA,)

    class Positions(PositionViewSet):
        filter_backends = (OnlyA,)

    assert ask(View, "get", "export").getvalue().count(b"\nA,") == 1
    assert tickers(ask(Positions, "get", "list")) == ["A"]


def test_without_filter_backends_nothing_is_filtered(book: list[Trade]) -> None:
    class View(TradeViewSet):
        filter_backends = ()

    assert tickers(ask(View, "get", "list", {"ticker": "A"})) == ["C", "B", "A"]


class AllBut(TickersFilter):
    def filter(self, selection: Selection, value: tuple[str, ...]) -> Selection:
        return selection.where("ticker <> ALL(%s)", list(value))


class Others(TradeFilter):
    ticker = AllBut()


def test_a_filterset_is_what_filters(book: list[Trade]) -> None:
    class View(TradeViewSet):
        filterset_class = Others

    assert tickers(ask(View, "get", "list", {"ticker": "A"})) == ["C", "B"]


def test_the_class_of_the_filterset_is_asked_of_the_backend(book: list[Trade]) -> None:
    class Backend(SelectionFilter):
        def get_filterset_class(self, view: Any, queryset: Any = None) -> Any:
            return Others

    class View(TradeViewSet):
        filter_backends = (Backend,)

    assert tickers(ask(View, "get", "list", {"ticker": "A"})) == ["C", "B"]


def test_a_filterset_cannot_override_what_selections_do_not_call() -> None:
    with pytest.raises(AssertionError, match="filters alone"):
        type("Own", (TradeFilter,), {"filter_queryset": lambda self, queryset: queryset.none()})


def test_the_selection_is_where_a_list_begins(book: list[Trade]) -> None:
    class View(TradeViewSet):
        def get_queryset(self) -> Any:
            return Trade.objects.of("A", "B").between(FIRST + timedelta(hours=1), FIRST + timedelta(days=9))

    assert tickers(ask(View, "get", "list")) == ["B"]
    assert tickers(ask(View, "get", "list", {"ticker": "A,C"})) == []


def test_the_queryset_is_where_one_is_looked_for(book: list[Trade]) -> None:
    class View(TradeViewSet):
        queryset = Trade.objects.exclude(ticker="A")

    assert [ask(View, "get", "retrieve", pk=trade.pk).status_code for trade in book] == [404, 200, 200]
    assert ask(View, "delete", "destroy", pk=book[0].pk).status_code == 404


def test_a_pagination_class_pages(book: list[Trade]) -> None:
    class Two(KeysetPagination):
        def paginate_queryset(self, queryset: Selection, request: Any, view: Any = None) -> list[str]:
            return super().paginate_queryset(queryset.oldest_first(), request, view)[:2]

        def get_paginated_response(self, data: list[str]) -> Response:
            answer = super().get_paginated_response(data)
            answer["X-Rows"] = str(len(data))
            return answer

    class View(TradeViewSet):
        pagination_class = Two

    answer = ask(View, "get", "list")
    assert (tickers(answer), answer["X-Rows"]) == (["C", "B"], "2")


def test_without_a_pagination_class_a_list_is_all_rows(book: list[Trade]) -> None:
    class View(TradeViewSet):
        pagination_class = None

    assert [row["ticker"] for row in json.loads(ask(View, "get", "list").content)] == ["C", "B", "A"]
    assert ask(View, "get", "list", {"ticker": "D"}).content == b"[]"


class Words(BaseParser):
    media_type = "text/plain"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return dict(zip(FILL, stream.read().decode().split(), strict=True))


class Shouted(CSVParser):
    """A file in which lines end with an exclamation mark."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        file = super().parse(stream, media_type, parser_context)
        return TradeFile(lambda size: file.read_piece(size).replace(b"!", b""), file.format)


def test_a_parser_reads_a_trade() -> None:
    class View(TradeViewSet):
        parser_classes = (Words,)

    answer = ask(View, "post", "create", "MSFT 1.50 2 sell", content_type="text/plain")
    assert (answer.status_code, json.loads(answer.content)["price"]) == (201, "1.50")


def test_a_parser_reads_a_file() -> None:
    file, routed = (
        b"ticker,price,quantity,side,timestamp\nAAPL,1,2,buy!,2025-06-06T20:00:00Z\n",
        {"parser_classes": [Shouted]},
    )
    assert ask(TradeViewSet, "post", "bulk", file, content_type="text/csv").status_code == 400
    answer = ask(TradeViewSet, "post", "bulk", file, content_type="text/csv", routed=routed)
    assert (answer.status_code, json.loads(answer.content)["created"]) == (201, 1)


def test_a_file_is_read_when_its_rows_are_asked_for() -> None:
    read: list[int] = []

    class View(TradeViewSet):
        def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
            super().initial(request, *args, **kwargs)
            read_piece = request.data.read_piece

            def counted(size: int) -> bytes:
                piece: bytes = read_piece(size)
                read.append(len(piece))
                return piece

            request.data.read_piece = counted
            assert read == []

    file = b"ticker,price,quantity,side,timestamp\n" + b"AAPL,1,2,buy,2025-06-06T20:00:00Z\n" * 20_000
    assert ask(View, "post", "bulk", file, content_type="text/csv").status_code == 201
    assert sum(read) == len(file)
    assert max(read) <= PIECE


class Shouting(CSVRenderer):
    def render(self, data: Selection, *args: Any, **kwargs: Any) -> Iterator[str]:
        return (piece.lower() for piece in super().render(data))


def test_a_renderer_renders_the_rows_of_an_export(book: list[Trade]) -> None:
    answer = ask(TradeViewSet, "get", "export", routed={"renderer_classes": [Shouting]})
    assert answer.getvalue().splitlines()[1].startswith(b"a,1,1,buy,2025-06-01t00:00:00.000000z")


def test_a_renderer_renders_a_page(book: list[Trade]) -> None:
    class Counting(JSONRenderer):
        def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
            return f"{sorted(data)}".encode()

    class View(TradeViewSet):
        renderer_classes = (Counting,)

    assert ask(View, "get", "list").content == b"['next', 'previous', 'results']"


def test_a_trade_is_created_by_perform_create() -> None:
    class View(TradeViewSet):
        def perform_create(self, serializer: Any) -> None:
            serializer.save(note="by the hook")

    answer = ask(View, "post", "create", FILL, format="json")
    assert (answer.status_code, json.loads(answer.content)["note"]) == (201, "by the hook")
    assert Trade.objects.get().note == "by the hook"


def test_an_alert_is_created_by_perform_create() -> None:
    class View(AlertViewSet):
        def perform_create(self, serializer: Any) -> None:
            serializer.save(id="by-the-hook")

    answer = ask(View, "post", "create", NEW, format="json")
    assert (answer.status_code, json.loads(answer.content)["id"]) == (201, "by-the-hook")
    assert Alert.objects.get().pk == "by-the-hook"


def test_one_alert_is_filtered_and_permitted_as_any_object_is(book: list[Trade]) -> None:
    class Never(BasePermission):
        def has_object_permission(self, request: Any, view: Any, obj: Any) -> bool:
            return False

    class Hidden(AlertViewSet):
        filter_backends = (OnlyA,)

    class Guarded(AlertViewSet):
        permission_classes = (Never,)

    assert ask(AlertViewSet, "post", "create", NEW, format="json").status_code == 201
    answers = [ask(view, "get", "retrieve", pk=NEW["id"]) for view in (AlertViewSet, Hidden, Guarded)]
    assert [answer.status_code for answer in answers] == [200, 404, 401]  # DRF's own, of nobody's request


def test_a_trade_is_updated_by_perform_update(book: list[Trade]) -> None:
    class View(TradeViewSet):
        def perform_update(self, serializer: Any) -> None:
            super().perform_update(serializer)
            serializer.save(note="by the hook")

    answer = ask(View, "patch", "partial_update", {"price": "2"}, book[0].pk, format="json")
    assert (json.loads(answer.content)["note"], answer.status_code) == ("by the hook", 200)
    book[0].refresh_from_db()
    assert (f"{book[0].price}", book[0].note) == ("2", "by the hook")


def test_a_trade_is_destroyed_by_perform_destroy(book: list[Trade]) -> None:
    class View(TradeViewSet):
        def perform_destroy(self, instance: Trade) -> None:
            if instance.ticker == "A":
                raise PermissionDenied
            super().perform_destroy(instance)

    assert [ask(View, "delete", "destroy", pk=trade.pk).status_code for trade in book[:2]] == [403, 204]
    assert sorted(Trade.objects.values_list("ticker", flat=True)) == ["A", "C"]


@pytest.mark.parametrize(("method", "action"), [("patch", "partial_update"), ("delete", "destroy")])
def test_if_match_is_asked_in_perform_under_the_rows_lock(book: list[Trade], method: str, action: str) -> None:
    stale = {"HTTP_IF_MATCH": '"1-2020-01-01T00:00:00Z"', "format": "json"}
    with CaptureQueriesContext(connection) as queries:
        assert ask(TradeViewSet, method, action, {}, book[0].pk, **stale).status_code == 412
    assert [query["sql"] for query in queries if "FOR UPDATE" in query["sql"]]

    class Hasty(TradeViewSet):
        """Asks for no version."""

        def perform_update(self, serializer: Any) -> None:
            serializer.save()

        def perform_destroy(self, instance: Trade) -> None:
            instance.delete()

    assert ask(Hasty, method, action, {}, book[0].pk, **stale).status_code in (200, 204)


@pytest.mark.parametrize(
    ("address", "methods"),
    [
        (URL, "GET, POST, HEAD, OPTIONS"),
        (f"{URL}1/", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"),
        (f"{URL}1/restore/", "POST, OPTIONS"),
        (f"{URL}export/", "GET, HEAD, OPTIONS"),
        (f"{URL}bulk/", "POST, OPTIONS"),
        ("/api/alerts/", "GET, POST, HEAD, OPTIONS"),
        ("/api/alerts/1/", "GET, HEAD, OPTIONS"),
        ("/api/positions/", "GET, HEAD, OPTIONS"),
        ("/api/lots/", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_route_has_the_methods_of_its_actions_alone(api: APIClient, address: str, methods: str) -> None:
    answer = api.options(address)
    assert (answer.status_code, answer["Content-Type"], answer["Allow"]) == (200, "application/json", methods)
