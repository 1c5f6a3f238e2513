"""Sessions: people log in at a page, and what they send is theirs."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from .people import PASSWORD, by_session, by_token, token_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("production")]
Person = Callable[..., User]
TRADE = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy"}


def test_whoever_has_not_logged_in_is_led_through_the_login_to_where_they_wanted(person: Person) -> None:
    person("viewer")
    client = Client()
    asked = client.get("/?tab=positions")
    assert asked["Location"] == "/login/?next=/%3Ftab%3Dpositions"
    assert "correct horse" not in client.get(asked["Location"]).content.decode()
    form = {"username": "robin", "password": PASSWORD, "next": "/?tab=positions"}
    assert client.post("/login/", form)["Location"] == "/?tab=positions"
    assert client.get("/").status_code == 200
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " "])
def test_a_wrong_password_is_refused(person: Person, password: str) -> None:
    person("viewer")
    answer = Client().post("/login/", {"username": "robin", "password": password})
    assert answer.status_code == 200
    assert "sessionid" not in answer.cookies


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_login_leads_to_no_other_site(person: Person, elsewhere: str) -> None:
    person("viewer")
    answer = Client().post("/login/", {"username": "robin", "password": PASSWORD, "next": elsewhere})
    assert answer["Location"] == "/"


def test_what_a_session_sends_needs_the_page_it_came_from(person: Person) -> None:
    user = person("trader")
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.post("/api/trades/", TRADE, content_type="application/json").status_code == 403
    client.get("/")
    sent = {"X-CSRFToken": client.cookies["csrftoken"].value}
    assert client.post("/api/trades/", TRADE, content_type="application/json", headers=sent).status_code == 201


def test_what_a_token_sends_does_not(person: Person) -> None:
    client = by_token(token_of(person("trader")))
    client.handler.enforce_csrf_checks = True
    assert client.post("/api/trades/", TRADE, format="json").status_code == 201


def test_the_login_itself_is_guarded_against_other_sites(person: Person) -> None:
    person("viewer")
    client = Client(enforce_csrf_checks=True)
    assert client.post("/login/", {"username": "robin", "password": PASSWORD}).status_code == 403


def test_a_session_without_a_role_gets_no_page(person: Person) -> None:
    assert by_session(person("feed")).get("/").status_code == 403


def test_the_admin_is_the_admins(person: Person) -> None:
    assert by_session(person("admin")).get("/admin/trades/trade/add/").status_code == 200
    assert by_session(person("trader", name="kim")).get("/admin/trades/trade/add/").status_code == 302


def test_the_admin_has_no_login_of_its_own(person: Person) -> None:
    person("admin")
    client = Client()
    asked = client.get("/admin/trades/", follow=True)
    where, _ = asked.redirect_chain[-1]
    assert where == "/login/?next=/admin/trades/"
    form = {"username": "robin", "password": PASSWORD, "next": "/admin/trades/"}
    assert client.post("/login/", form)["Location"] == "/admin/trades/"
    assert client.get("/admin/trades/").status_code == 200


def test_a_session_of_a_user_who_is_made_inactive_ends(person: Person) -> None:
    client = by_session(person("viewer"))
    User.objects.update(is_active=False)
    assert client.get("/api/trades/").status_code == 401


def test_the_browsable_api_offers_the_login(db: None) -> None:
    answer = Client().get("/api/trades/", headers={"Accept": "text/html"})
    assert answer.status_code == 401
    assert "/login/?next=/api/trades/" in answer.content.decode()


def test_in_development_nobody_logs_in(settings: object, db: None) -> None:
    settings.LOGIN_REQUIRED = False  # type: ignore[attr-defined]
    assert Client().get("/").status_code == 200
    assert Client().post("/api/trades/", TRADE, content_type="application/json").status_code == 201
    assert by_token("wrong").get("/api/trades/").status_code == 401  # better told here than in production
