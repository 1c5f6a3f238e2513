"""The documentation against the code: what it names exists, and what exists is named."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import load_command_class
from django.core.management.base import BaseCommand, CommandParser
from drf_spectacular.generators import SchemaGenerator

from watch.places import state_path

from .documents import PAGES, README, first_cells, text
from .running import ROOT

README_LIMIT = 10_000  # bytes
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
BASE_OPTIONS = {
    option for action in BaseCommand().create_parser("manage.py", "any")._actions for option in action.option_strings
}


@cache
def shown_options(script: str) -> set[str]:
    command = [sys.executable, ROOT / "websocket_simulator" / script, "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"--[a-z][\w-]*", shown)) - {"--help"}


@pytest.mark.parametrize("script", ["server.py", "client.py"])
def test_every_option_of_a_script_is_documented(script: str) -> None:
    documented = first_cells(text(script.replace(".py", ".md")), f"`{script}`")
    assert set(re.findall(r"--[a-z][\w-]*", documented)) == shown_options(script)


@pytest.mark.parametrize("script", ["server.py", "client.py"])
def test_units_of_systemd_use_options_that_exist(script: str) -> None:
    units = "".join(path.read_text() for path in sorted((ROOT / "docs/how-to/systemd").iterdir()))
    [command] = re.findall(rf"^ExecStart=.*/{script} (.*)$", units, re.MULTILINE)
    assert set(re.findall(r"--[a-z][\w-]*", command)) <= shown_options(script)


def test_the_unit_of_the_watch_lets_it_write_what_it_remembers(monkeypatch: pytest.MonkeyPatch) -> None:
    unit = (ROOT / "docs/how-to/systemd/trading-watch.service").read_text()
    [home] = re.findall(r"^Environment=XDG_STATE_HOME=(.*)$", unit, re.MULTILINE)
    [directory] = re.findall(r"^StateDirectory=(.*)$", unit, re.MULTILINE)
    monkeypatch.setenv("XDG_STATE_HOME", home)
    path = state_path("any feed")
    assert path
    assert Path("/var/lib") / directory in path.parents  # which systemd makes for this user


def own_commands() -> Iterator[tuple[str, CommandParser]]:
    for path in sorted((ROOT / "trading_system").glob("*/management/commands/[a-z]*.py")):
        app, name = path.parts[-4], path.stem
        yield name, load_command_class(app, name).create_parser("manage.py", name)


def test_every_command_of_manage_py_and_its_options_are_documented() -> None:
    page = text("commands.md")
    named = first_cells(page, "command")
    for name, parser in own_commands():
        assert re.search(rf"`{name}\b", named), name
        options = {option for action in parser._actions for option in action.option_strings if option.startswith("--")}
        documented = set(re.findall(r"--[a-z][\w-]*", first_cells(page, f"`{name}`")))
        if name not in ("runserver", "collectstatic"):  # whose options are Django's own
            assert documented == options - BASE_OPTIONS, name


def test_every_setting_is_documented() -> None:
    code = (ROOT / "trading_system/trading_system/settings.py").read_text()
    env = (ROOT / "trading_system/trading_system/env.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', code)) | set(re.findall(r"\bDB_[A-Z]+\b", env))
    assert read - {"DB_"} == set(re.findall("[A-Z_]{2,}", first_cells(text("settings.md"), "setting")))


def test_env_example_names_the_database_and_sets_nothing() -> None:
    example = (ROOT / ".env.example").read_text()
    assert {"DB_NAME", "DB_USER", "DB_PASSWORD", "DB_HOST", "DB_PORT"} <= set(
        re.findall(r"^# (\w+)=", example, re.MULTILINE)
    )
    assert all(line.startswith("#") or not line for line in example.splitlines())


def targets() -> set[str]:
    return set(re.findall(r"^([\w-]+):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_every_make_target_is_documented() -> None:
    assert set(re.findall(r"`make ([\w-]+)`", first_cells(text("commands.md"), "command"))) == targets()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    named = set(re.findall(r"(?:`|^|&& )make ([a-z][\w-]*)", page.read_text(), re.MULTILINE))
    assert named <= targets()


def test_make_variables_are_documented() -> None:
    used = set(re.findall(r"\b(\w+) \?=", (ROOT / "Makefile").read_text())) - {
        "ROWS",
        "FUZZ_CASES",
    }  # beside their targets
    documented = first_cells(text("commands.md"), "variable")
    assert set(re.findall("[A-Z_]{2,}", documented)) == used | {"FEED_OPTIONS", "SOURCE", "TICKERS", "SOURCE_FILE"}


@cache
def schema() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for address, methods in schema()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), address, operation


def test_every_request_of_the_api_is_documented() -> None:
    documented = re.findall(r"`([A-Z]+) (/api/[^`]*)`", first_cells(text("api.md"), "request"))
    assert len(documented) == len(set(documented))
    assert set(documented) == {(method, address) for method, address, _ in operations()}


def test_every_parameter_of_the_api_is_documented() -> None:
    page = text("api.md")
    for method, address, operation in operations():
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "path":
                assert re.search(rf"`{parameter['name']}\b", page), (method, address, parameter["name"])


def test_every_event_of_a_history_is_documented() -> None:
    [documented] = re.findall(r"^\| `event` \| (.*) \|$", text("api.md"), re.MULTILINE)
    assert re.findall("`(.*?)`", documented) == schema()["components"]["schemas"]["Event"]["enum"]


def test_every_status_of_an_error_is_documented() -> None:
    documented = set(re.findall(r"\d{3}", first_cells(text("errors.md"), "status")))
    answered = {status for _, _, operation in operations() for status in operation["responses"] if status >= "400"}
    assert answered <= documented


def slug(heading: str) -> str:
    """As the hosts of repositories make anchors."""
    return re.sub(r"[^\w\- ]", "", re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    return {slug(heading) for heading in re.findall(r"^#+ (.*)$", FENCED.sub("", page.read_text()), re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCED.sub("", page.read_text())):
        if not target.startswith(("http://", "https://")):
            name, _, anchor = target.partition("#")
            there = (page.parent / name).resolve() if name else page
            assert there.exists(), target
            assert not anchor or anchor in anchors(there), target


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set(), [README]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        links = {(page.parent / name).resolve() for name in re.findall(r"\]\(([^)#\s]+\.md)", page.read_text())}
        waiting += links - reached - set(waiting)
    assert set(PAGES) <= reached


def test_the_readme_is_short() -> None:
    assert README.stat().st_size <= README_LIMIT


def test_there_is_one_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert settings.SPECTACULAR_SETTINGS["VERSION"] == schema()["info"]["version"] == version
    released = re.findall(r"^## \[(\d.*?)\] - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert released[0] == version


def test_pre_commit_has_the_ruff_that_lint_has() -> None:
    [pinned] = re.findall(r"^ruff==(\S+)", (ROOT / "requirements-dev.txt").read_text(), re.MULTILINE)
    assert f"rev: v{pinned} " in (ROOT / ".pre-commit-config.yaml").read_text()


def test_the_hosted_workflow_begins_with_the_oldest_python() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    oldest = project["requires-python"].removeprefix(">=")
    assert f'python: ["{oldest}", ' in (ROOT / ".github/workflows/ci.yml").read_text()


def test_every_requirement_is_pinned_and_says_why() -> None:
    for path in ROOT.glob("requirements*.txt"):
        for line in path.read_text().splitlines():
            if line and not line.startswith(("#", "-r")):
                assert re.fullmatch(r"[\w-]+==[\w.]+  # .+", line), line


def test_every_file_that_contributing_names_exists() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text()
    for name in re.findall(r"`((?:trading_system|websocket_simulator|tests|docs)/[\w/.]*)`", page):
        assert (ROOT / name).exists(), name
