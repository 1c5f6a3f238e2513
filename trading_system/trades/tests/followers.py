"""Who follows the changes, and what they have made of them."""

from collections.abc import Iterator
from typing import Any

import psycopg2
from django.db import connection
from rest_framework.test import APIClient

URL = "/api/trades/changes/"


class Follower:
    """Reads pages of a size from the beginning on, and keeps a copy of the book: trades by id."""

    def __init__(self, api: APIClient, page_size: int = 1000, **parameters: str) -> None:
        self.api, self.parameters = api, parameters | {"page_size": str(page_size)}
        self.copy: dict[int, dict[str, Any]] = {}

    def read(self) -> list[dict[str, Any]]:
        """A page of changes, once they are in the copy."""
        answer = self.api.get(URL, self.parameters)
        assert answer.status_code == 200, answer.content
        page = answer.json()
        self.parameters["after"], self.more, self.lag = page["cursor"], page["more"], page["lag"]
        for change in page["results"]:
            self.apply(change)
        results: list[dict[str, Any]] = page["results"]
        return results

    def apply(self, change: dict[str, Any]) -> None:
        trade = change["trade"]
        if change["change"] == "delete":
            del self.copy[trade["id"]]
        else:
            assert (trade["id"] in self.copy) == (change["change"] == "update")
            self.copy[trade["id"]] = trade

    def catch_up(self) -> list[dict[str, Any]]:
        """All changes that there are."""
        found = self.read()
        while self.more:
            found += self.read()
        return found

    def kinds(self) -> list[tuple[str, int]]:
        """The kinds and trades of all changes that there are."""
        return [(change["change"], change["trade"]["id"]) for change in self.catch_up()]


def book(api: APIClient) -> dict[int, dict[str, Any]]:
    """The trades of the ledger, by id."""
    page = api.get("/api/trades/", {"page_size": "1000"}).json()
    assert page["next"] is None
    return {trade["id"]: trade for trade in page["results"]}


def another_connection() -> Any:
    """A connection to the tests' database, past Django's."""
    address = getattr(getattr(connection, "server", None), "address", {})
    return psycopg2.connect(**connection.get_connection_params() | address)


def connections(count: int) -> Iterator[list[Any]]:
    """For a fixture: so many, closed in the end."""
    made = [another_connection() for _ in range(count)]
    yield made
    for one in made:
        one.close()
