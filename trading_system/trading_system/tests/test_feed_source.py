"""What the page says of prices where nobody has said what they are: the feed of the classic steps is simulated."""

import runpy
import sys

import pytest

PRODUCTION = {"DEBUG": "false", "SECRET_KEY": "s" * 60, "DB_NAME": "l", "DB_USER": "l", "DB_HOST": "127.0.0.1"}


@pytest.mark.parametrize(
    ("environment", "source"),
    [
        ({}, "simulated"),
        ({"FEED_SOURCE": "recording"}, "recording"),
        ({"FEED_SOURCE": "real"}, "real"),
        ({"FEED_URL": "wss://prices.example"}, "real"),
        (PRODUCTION, "real"),
        (PRODUCTION | {"FEED_URL": "wss://prices.example", "FEED_SOURCE": "simulated"}, "simulated"),
    ],
)
def test_only_the_feed_of_this_machine_counts_as_simulated(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], source: str
) -> None:
    for name in ("DEBUG", "FEED_URL", "FEED_SOURCE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (environment | {"PYTHON_DOTENV_DISABLED": "1"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, "trading_system.settings")  # those of the tests, which come back
    assert runpy.run_module("trading_system.settings")["FEED_SOURCE"] == source
