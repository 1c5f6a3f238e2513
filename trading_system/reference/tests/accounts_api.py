"""People who send tokens, and their accounts."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, User
from rest_framework.test import APIClient

from access.tests.people import by_token, token_of

ACCOUNTS = "/api/accounts/"
MAIN_ADDRESS = f"{ACCOUNTS}1/"
NEVER = f"{ACCOUNTS}999999999/"  # where no account ever was


@dataclass(frozen=True)
class Person:
    """A user, and a client that is logged in as this one."""

    user: User
    api: APIClient

    @property
    def trades(self) -> dict[str, str]:
        """This person among the members, as a trader."""
        return {"user": self.user.username, "role": "trader"}

    @property
    def views(self) -> dict[str, str]:
        return {"user": self.user.username, "role": "viewer"}


def person(name: str, role: str) -> Person:
    user = User.objects.create_user(name)
    user.groups.add(Group.objects.get(name=role))
    return Person(user, by_token(token_of(user)))


def add(api: APIClient, *members: dict[str, str], **fields: Any) -> dict[str, Any]:
    """Add an account; it has `members` if there are any. What is answered, and its address."""
    given = {"name": "savings", "currency": "EUR"} | fields | ({"members": list(members)} if members else {})
    answer = api.post(ACCOUNTS, given)
    assert answer.status_code == 201, answer.content
    return answer.json() | {"address": f"{ACCOUNTS}{answer.json()['id']}/", "etag": answer["ETag"]}


def names(api: APIClient) -> list[str]:
    """Of the accounts that are listed."""
    answer = api.get(ACCOUNTS)
    assert answer.status_code == 200, answer.content
    return [one["name"] for one in answer.json()["results"]]
