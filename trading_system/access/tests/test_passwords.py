"""Passwords that are easily guessed are refused wherever one is set."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from .people import PASSWORD, by_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("production")]
Person = Callable[..., User]
WEAK = ["1", "short4u2see", "password1234", "123412341234", "robinrobinrobin"]


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("password", WEAK)
def test_the_admin_refuses_a_weak_one(person: Person, password: str) -> None:
    client = by_session(person("admin"))
    form = {"username": "robinrobinrobin", "usable_password": "true", "password1": password, "password2": password}
    assert client.post("/admin/auth/user/add/", form).status_code == 200
    assert not User.objects.filter(username="robinrobinrobin").exists()


def test_the_admin_takes_a_good_one(person: Person) -> None:
    client = by_session(person("admin"))
    form = {"username": "kim", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/admin/auth/user/add/", form).status_code == 302
    assert User.objects.get(username="kim").check_password(PASSWORD)


@pytest.mark.parametrize("password", WEAK)
def test_the_command_refuses_a_weak_one(person: Person, password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    person(name="robinrobinrobin")
    monkeypatch.setattr("getpass.getpass", lambda prompt: password)
    with pytest.raises(CommandError, match="Aborting password change"):
        call_command("changepassword", "robinrobinrobin")
    assert User.objects.get().check_password(PASSWORD)


def test_a_superuser_is_not_made_with_a_weak_one(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    given = iter(["1", "1", PASSWORD, PASSWORD])
    monkeypatch.setattr("getpass.getpass", lambda prompt="": next(given))
    monkeypatch.setattr("builtins.input", lambda prompt: "n")  # which asks whether to take it all the same
    err = StringIO()
    call_command("createsuperuser", username="robin", email="", stderr=err, stdin=Terminal(), verbosity=0)
    assert "It must contain at least 12 characters" in err.getvalue()
    assert User.objects.get().check_password(PASSWORD)
