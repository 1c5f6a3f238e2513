"""Settings from the environment: read exactly, or refused by name."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from trading_system import env

SERVER = {"DB_NAME": "ledger", "DB_USER": "me", "DB_HOST": "db.example"}


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in env.DATABASE_SETTINGS:
        monkeypatch.delenv(name, raising=False)


def put(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("value", "meaning"), [("true", True), ("1", True), ("ON", True), ("no", False), ("0", False), ("", True)]
)
def test_booleans(monkeypatch: pytest.MonkeyPatch, value: str, meaning: bool) -> None:
    put(monkeypatch, FLAG=value)
    assert env.boolean("FLAG", True) is meaning


def test_a_boolean_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, FLAG="maybe")
    with pytest.raises(ImproperlyConfigured, match="FLAG='maybe'"):
        env.boolean("FLAG", True)


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, HOSTS=" a.example , b.example,")
    assert env.words("HOSTS", "") == ["a.example", "b.example"]


@pytest.mark.parametrize(("value", "place"), [("", "/base/.data"), ("elsewhere", "/base/elsewhere"), ("/abs", "/abs")])
def test_paths_are_relative_to_the_project(monkeypatch: pytest.MonkeyPatch, value: str, place: str) -> None:
    put(monkeypatch, PLACE=value)
    assert env.path("PLACE", ".data", base=Path("/base")) == Path(place)


def test_no_database_setting_means_the_embedded_server(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, DB_NAME="", DB_PASSWORD="")
    assert env.named_server() is None


def test_a_whole_configuration_names_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, **SERVER, DB_PASSWORD="p#ss 'word'", DB_PORT="5433")
    assert env.named_server() == {
        "NAME": "ledger",
        "USER": "me",
        "HOST": "db.example",
        "PASSWORD": "p#ss 'word'",
        "PORT": 5433,
        "OPTIONS": {"connect_timeout": env.CONNECT_TIMEOUT},
    }


@pytest.mark.parametrize("missing", SERVER)
def test_half_a_configuration_is_refused_and_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    put(monkeypatch, **{name: value for name, value in SERVER.items() if name != missing})
    with pytest.raises(ImproperlyConfigured, match=f"set but not {missing}:"):
        env.named_server()


@pytest.mark.parametrize("port", ["0", "65536", "x", "-1", "٣"])
def test_a_port_is_a_number_in_range(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    put(monkeypatch, **SERVER, DB_PORT=port)
    with pytest.raises(ImproperlyConfigured, match="DB_PORT"):
        env.named_server()
