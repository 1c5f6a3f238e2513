"""docs/how-to/import-files.md and docs/reference/profiles.md: their examples are put to the service."""

import json
import re
import tomllib
from typing import Any

import pytest
from rest_framework.test import APIClient

from trades.files.catalogue import parse
from trades.models import Trade

from .documents import REFERENCE, text

GUIDE = (REFERENCE.parent / "how-to/import-files.md").read_text()
TIMES = re.compile(r'"(request_id)":"[^"]*"')
pytestmark = pytest.mark.django_db


def file(name: str) -> str:
    """What `cat > NAME` or `printf … > NAME` of the guide writes."""
    if found := re.search(rf"cat > {name} <<'END'\n(.*?)END\n", GUIDE, re.DOTALL):
        return found[1]
    [printed] = re.findall(rf"printf '(.*)' > {name}", GUIDE)
    return printed.replace(r"\n", "\n")


def bulk(client: APIClient, name: str) -> str:
    return client.post(f"/api/trades/bulk/?name={name}", file(name), content_type="text/csv").content.decode()


@pytest.mark.parametrize("name", ["history.csv", "bad.csv"])
def test_a_file_is_answered_as_the_guide_shows(client: APIClient, name: str) -> None:
    shown = re.findall(r"^\{.*\}$", GUIDE.split(f"@{name}")[1], re.MULTILINE)[0]
    without_number = [re.sub(r'"import":\d+', '"import":1', TIMES.sub("", one)) for one in (bulk(client, name), shown)]
    assert without_number[0] == without_number[1]


def test_a_mapping_is_corrected_and_kept_as_the_guide_says(client: APIClient) -> None:
    kept = client.post("/api/imports/?name=days.csv", file("days.csv"), content_type="text/csv").json()
    assert (kept["profile"], kept["counts"]) == ("", {})
    address = f"/api/imports/{kept['id']}/"
    corrected = client.patch(address, file("mapping.json"), content_type="application/json").json()
    assert [question for question in corrected["questions"] if not question["default"]] == []
    booked = client.post(f"{address}book/", json.dumps({"keep_as": "my-bank"}), content_type="application/json")
    assert booked.json()["created"] == 2
    assert json.loads(bulk(client, "days.csv"))["profile"] == "my-bank"
    assert client.post(f"{address}undo/").json()["trades"] == 2
    assert not Trade.objects.exists()


def test_the_profile_of_the_reference_is_the_mapping_of_the_guide() -> None:
    [shown] = re.findall(r"^```toml\n(title.*?)^```", text("profiles.md"), re.DOTALL | re.MULTILINE)
    assert parse(tomllib.loads(shown)).zone == "Europe/Paris"


def test_every_example_of_where_a_field_comes_from_is_read() -> None:
    page = text("profiles.md").split("### Where a field comes from")[1].split("### Sides")[0]
    examples = re.findall(r"\| `(\w+ = \{.*?\})` \|", page)
    assert len(examples) > 8
    for example in examples:
        columns: dict[str, Any] = {"ticker": "A", "quantity": "B", "price": "C", "date": "D", "side": "E"}
        columns |= tomllib.loads(example)
        parse({"title": "", "header": ["A"], "columns": columns})
