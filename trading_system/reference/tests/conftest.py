"""Two traders with a private account each, who share none, and others."""

from typing import Any

import pytest

from .accounts_api import Person, add, person


@pytest.fixture
def production(settings: Any) -> None:
    """Nobody is let in without a login."""
    settings.LOGIN_REQUIRED = True


@pytest.fixture
def owner(db: None, production: None) -> Person:
    return person("owner", "trader")


@pytest.fixture
def neighbour(db: None, production: None) -> Person:
    return person("neighbour", "trader")


@pytest.fixture
def chief(db: None, production: None) -> Person:
    """Somebody with the role `admin`."""
    return person("chief", "admin")


@pytest.fixture
def private(owner: Person) -> dict[str, Any]:
    """The owner's account, which nobody else sees."""
    return add(owner.api, owner.trades, name="private", note="Nobody's business")


@pytest.fixture
def foreign(neighbour: Person) -> dict[str, Any]:
    """The neighbour's account, which nobody else sees."""
    return add(neighbour.api, neighbour.trades, name="foreign")
