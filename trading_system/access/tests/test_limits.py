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
from access.limits import Leases, Limit, TooOften
from access.models import Usage

from .people import PASSWORD, by_session, by_token, token_of

Person = Callable[..., User]
TRADE = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Nothing was counted yet, and a window is longer than any test: none ends in the middle of one."""
    monkeypatch.setattr(limits, "leases", Leases())
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
@pytest.mark.parametrize("lease", [1, 3, 7, 10, 100])
def test_exactly_as_many_as_the_limit_says(lease: int, few: Callable[..., None]) -> None:
    few(reads=400)
    assert [allowed_of(Limit("reads", lease), who, 450) for who in ("robin", "kim")] == [400, 400]


@pytest.mark.django_db
def test_two_processes_have_no_more_than_one(few: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    few(reads=400)
    first, second, allowed = Leases(), Leases(), 0
    for turn in range(450):
        monkeypatch.setattr(limits, "leases", (first, second)[turn % 2])
        allowed += allowed_of(Limit("reads", 4), "robin", 1)
    assert allowed == 400


@pytest.mark.django_db
def test_no_process_takes_all_of_a_small_limit(few: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    few(reads=10)
    Limit("reads", 100).take("robin")
    monkeypatch.setattr(limits, "leases", Leases())
    assert allowed_of(Limit("reads", 100), "robin") == 9


@pytest.mark.django_db(transaction=True)
def test_threads_have_no_more_than_one(few: Callable[..., None]) -> None:
    few(reads=800)
    counts: list[int] = []

    def ask() -> None:
        counts.append(allowed_of(Limit("reads", 7), "robin", 300))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 800


@pytest.mark.django_db
def test_the_next_minute_begins_anew(few: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    few(logins=2)
    assert allowed_of(Limit("logins"), "robin") == 2
    Usage.objects.update(minute=-1)
    monkeypatch.setattr(limits, "leases", Leases())
    assert allowed_of(Limit("logins"), "robin") == 2


@pytest.mark.django_db
def test_within_a_lease_the_database_is_not_asked(django_assert_num_queries: Any) -> None:
    limit = Limit("reads", 10)  # of 60,000
    with django_assert_num_queries(2):  # one more to prune, at first
        for _ in range(10):
            limit.take("robin")


@pytest.mark.django_db
def test_old_counts_are_removed() -> None:
    Usage.objects.create(key="logins long ago", minute=0, used=3)
    Limit("logins").take("robin")
    assert [one.key for one in Usage.objects.all()] == ["logins robin"]


@pytest.mark.django_db
def test_the_process_remembers_a_bounded_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_LEASES", 5)
    monkeypatch.setattr(limits, "TAKE", "SELECT %(size)s::int, 0::float")  # leases that end at once
    held = limits.leases
    for who in range(20):
        held.add(str(who), Limit("reads", 10).ask(str(who)))
    assert len(held.held) == 5


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


@pytest.mark.django_db
def test_reads_and_writes_are_counted_for_each_user(person: Person, few: Callable[..., None]) -> None:
    few(reads=2, writes=1)
    user = person("trader")
    one, other, somebody = by_token(token_of(user)), by_session(user), by_session(person("viewer", name="kim"))
    assert [client.get("/api/trades/").status_code for client in (one, other, one)] == [200, 200, 429]
    assert [one.post("/api/trades/", TRADE).status_code for _ in range(2)] == [201, 429]
    assert somebody.get("/api/trades/").status_code == 200


@pytest.mark.django_db
def test_in_development_nothing_is_counted(settings: Any, few: Callable[..., None]) -> None:
    few(reads=1)
    settings.LOGIN_REQUIRED = False
    assert [Client().get("/api/trades/").status_code for _ in range(3)] == [200] * 3


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
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.5", "", "203.0.113.5"),
    ],
)
def test_whose_address_counts(peer: str, forwarded: str, address: str) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert address_of(RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)) == address
