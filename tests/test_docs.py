"""The README against the code: every command, option, setting and parameter that it names exists, and none is left out."""

import re
import subprocess
import sys

import pytest

from .running import ROOT

README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("script", ["server.py", "client.py"])
def test_every_option_is_documented(script: str) -> None:
    shown = subprocess.run(
        [sys.executable, ROOT / "websocket_simulator" / script, "--help"], capture_output=True, text=True, check=True
    ).stdout
    [table] = re.findall(rf"\| `{script}` \|.*?\n\n", README, re.DOTALL)
    assert set(re.findall(r"--[a-z][\w-]*", shown)) - {"--help"} == set(re.findall(r"--[a-z][\w-]*", table))


def test_every_setting_is_documented() -> None:
    settings = (ROOT / "trading_system/trading_system/settings.py").read_text()
    env = (ROOT / "trading_system/trading_system/env.py").read_text()
    read = set(re.findall(r'env\.\w+\("(\w+)"', settings)) | set(re.findall(r"\bDB_[A-Z]+\b", env))
    assert read - {"DB_"} == {
        name
        for row in re.findall(r"^\| (`[A-Z_`, ]+`) \|", README, re.MULTILINE)
        for name in re.findall("[A-Z_]+", row)
    } - {
        "PORT",
        "FEED_PORT",
        "FEED_OPTIONS",
        "PYTHON",
    }


def test_env_example_names_the_database_and_sets_nothing() -> None:
    example = (ROOT / ".env.example").read_text()
    assert {"DB_NAME", "DB_USER", "DB_PASSWORD", "DB_HOST", "DB_PORT"} <= set(
        re.findall(r"^# (\w+)=", example, re.MULTILINE)
    )
    assert all(line.startswith("#") or not line for line in example.splitlines())


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert (
        set(re.findall(r"\bmake ([\w-]+)\b(?!\.)", re.sub(r"```.*?```", "", README, flags=re.DOTALL))) - {"yourself"}
        <= targets
    )


def test_every_requirement_is_pinned_and_says_why() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if line and not line.startswith(("#", "-r")):
                assert re.fullmatch(r"[\w-]+==[\w.]+  # .+", line), line
