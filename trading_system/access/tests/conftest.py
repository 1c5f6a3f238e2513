"""People of every role, in production."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from .people import PASSWORD


@pytest.fixture
def production(settings: Any) -> None:
    """Nobody is let in without a login."""
    settings.LOGIN_REQUIRED = True


@pytest.fixture
def person(db: None) -> Callable[..., User]:
    """Makes users, of roles or of none."""

    def person(*roles: str, name: str = "robin") -> User:
        user = User.objects.create_user(name, password=PASSWORD)
        user.groups.set(Group.objects.filter(name__in=roles))
        assert user.groups.count() == len(roles)
        return user

    return person
