"""The browsable API, whose pages are DRF's: what of them is replaced."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from .people import by_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("production")]


def test_it_offers_the_logout_without_a_script(person: Callable[..., User]) -> None:
    """DRF's own link has its script in the markup, which the content security policy forbids."""
    page = by_session(person("viewer")).get("/api/trades/", headers={"Accept": "text/html"}).content.decode()
    assert '<form class="navbar-form" method="post" action="/logout/">' in page
    assert "onclick" not in page


def test_the_login_is_the_desks() -> None:
    page = Client().get("/login/").content.decode()
    assert "<title>Log in · Trading desk</title>" in page
    assert "/static/access/login.css" in page
