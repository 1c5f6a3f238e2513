"""How often somebody may do something in a minute: counted for all processes together, and said with 429."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, RequestFactory

from access import limits
from access.addresses import address_of
from access.limits import Limit, TooOften
from access.models import Usage

from .people import PASSWORD, by_session, by_token, token_of

Person = Callable[..., User]
TRADE = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """A window is longer than any test: none ends in the middle of one."""
    monkeypatch.setattr(limits, "WINDOW", 10**9)
    settings.LOGIN_REQUIRED = True


@pytest.fixture
def few(settings: Any) -> Iterator[Callable[..., None]]:
    def few(**times: int) -> None:
        settings.LIMITS = {**settings.LIMITS, **times}

    return few


def allowed_of(limit: Limit, who: str, times: int = 50) -> int:
    """How many of so many are."""
    allowed = 0
    for _ in range(times):
        try:
            limit.take(who)
        except TooOften:
            continue
        allowed += 1
    return allowed


@pytest.mark.django_db
def test_exactly_as_many_as_the_limit_says(few: Callable[..., None]) -> None:
    few(logins=40)
    assert [allowed_of(Limit("logins"), who) for who in ("robin", "kim")] == [40, 40]


@pytest.mark.django_db(transaction=True)
def test_connections_together_have_no_more_than_one(few: Callable[..., None]) -> None:
    few(logins=80)
    counts: list[int] = []

    def ask() -> None:
        counts.append(allowed_of(Limit("logins"), "robin"))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 80


@pytest.mark.django_db
def test_the_next_minute_begins_anew(few: Callable[..., None]) -> None:
    few(logins=2)
    assert allowed_of(Limit("logins"), "robin") == 2
    Usage.objects.update(minute=-1)
    assert allowed_of(Limit("logins"), "robin") == 2


@pytest.mark.django_db
def test_a_count_is_one_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        Limit("logins").take("robin")


@pytest.mark.django_db
def test_old_counts_are_removed() -> None:
    Usage.objects.bulk_create(Usage(key=f"logins {number}", minute=-1, used=3) for number in range(150))
    Limit("logins").take("robin")
    Limit("logins").take("kim")
    assert not Usage.objects.filter(minute=-1).exists()
    assert Usage.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["x" * 391, "\N{SNOWMAN}" * 5000, ""])
def test_whoever_is_counted_fits_into_the_table(who: str) -> None:
    Limit("token_failures").take(who)
    assert Usage.objects.get().used == 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["x" * 391, "\N{SNOWMAN}" * 5000])
def test_a_long_name_at_the_login_is_a_wrong_one(name: str) -> None:
    answer = Client().post("/login/", {"username": name, "password": "x"})
    assert (answer.status_code, b"correct username and password" in answer.content) == (200, True)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["fe80::%" + "x" * 500, "x" * 500, "1" * 500])
def test_a_long_address_is_counted_as_well(address: str) -> None:
    answer = by_token("guess").get("/api/trades/", headers={"X-Forwarded-For": address})
    assert (answer.status_code, Usage.objects.get().used) == (401, 1)


@pytest.mark.django_db
def test_guesses_of_a_token_are_few_and_good_tokens_are_not_held_up(person: Person, few: Callable[..., None]) -> None:
    few(token_failures=3)
    good = by_token(token_of(person("viewer")))
    guesses = [by_token(f"guess{number}").get("/api/trades/") for number in range(10)]
    assert [answer.status_code for answer in guesses] == [401] * 3 + [429] * 7
    assert 0 < int(guesses[-1]["Retry-After"]) <= 1e9
    assert guesses[-1].json()["detail"] == f"Too many requests. Try again in {guesses[-1]['Retry-After']} s."
    assert by_token("guess").get("/readyz").status_code == 429
    assert good.get("/api/trades/").status_code == 200
    elsewhere = by_token("guess").get("/api/trades/", headers={"X-Forwarded-For": "203.0.113.5"})
    assert elsewhere.status_code == 401


@pytest.mark.django_db
def test_logins_are_few_right_ones_included(person: Person, few: Callable[..., None]) -> None:
    few(logins=3)
    person("viewer", name="kim")
    wrong = [Client().post("/login/", {"username": "kim", "password": "wrong"}) for _ in range(4)]
    assert [answer.status_code for answer in wrong] == [200] * 3 + [429]
    assert "Retry-After" in wrong[-1]
    assert Client().post("/login/", {"username": "kim", "password": PASSWORD}).status_code == 429
    elsewhere = {"headers": {"X-Forwarded-For": "203.0.113.5"}}
    assert Client().post("/login/", {"username": "kim", "password": PASSWORD}, **elsewhere).status_code == 302


@pytest.mark.django_db
def test_guesses_of_a_users_password_are_few_wherever_they_come_from(person: Person, few: Callable[..., None]) -> None:
    few(logins=1)
    person("viewer", name="kim")
    statuses = [
        Client()
        .post("/login/", {"username": "kim", "password": "wrong"}, headers={"X-Forwarded-For": f"203.0.113.{at}"})
        .status_code
        for at in range(12)
    ]
    assert statuses == [200] * 10 + [429] * 2


def status_of(client: Any, method: str, path: str) -> int:
    answer = getattr(client, method)(path)
    b"".join(answer)  # an export ends with its last row
    return int(answer.status_code)


HEAVY = [
    ("get", "/api/trades/summary/"),
    ("get", "/api/trades/export/"),
    ("post", "/api/trades/bulk/"),
    ("get", "/api/positions/"),
    ("get", "/api/lots/"),
    ("get", "/api/candles/?ticker=AAPL"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), HEAVY)
def test_expensive_requests_are_counted_for_each_user(
    person: Person, few: Callable[..., None], method: str, path: str
) -> None:
    few(heavy=2)
    user = person("trader")
    one, other, somebody = by_token(token_of(user)), by_session(user), by_session(person("trader", name="kim"))
    statuses = [status_of(client, method, path) for client in (one, other, one, somebody)]
    assert [status == 429 for status in statuses] == [False, False, True, False]
    assert one.get("/api/trades/").status_code == 200


@pytest.mark.django_db
def test_expensive_requests_are_counted_together(person: Person, few: Callable[..., None]) -> None:
    few(heavy=3)
    client = by_token(token_of(person("trader")))
    assert [status_of(client, *request) == 429 for request in HEAVY] == [False] * 3 + [True] * 3
    assert 0 < int(client.get("/api/positions/")["Retry-After"]) <= 1e9


@pytest.mark.django_db
def test_plain_reads_and_writes_are_not_counted(person: Person) -> None:
    client = by_token(token_of(person("trader")))
    path = f"/api/trades/{client.post('/api/trades/', TRADE).json()['id']}/"
    assert client.get("/api/trades/").status_code == client.patch(path, {"price": "2"}).status_code == 200
    assert not Usage.objects.exists()


@pytest.mark.django_db
def test_in_development_nothing_is_counted(settings: Any, few: Callable[..., None]) -> None:
    few(heavy=1)
    settings.LOGIN_REQUIRED = False
    assert [Client().get("/api/trades/summary/").status_code for _ in range(3)] == [200] * 3


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),  # not behind a proxy of ours: anybody can write this
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "10.0.0.1, 198.51.100.1", "198.51.100.1"),  # what the client said itself comes first
        ("", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("", "", ""),
        ("127.0.0.1", "nonsense", ""),
        ("127.0.0.1", "fe80::1%eth0", "fe80::/64"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.5", "", "203.0.113.5"),
    ],
)
def test_whose_address_counts(peer: str, forwarded: str, address: str) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert address_of(RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)) == address
