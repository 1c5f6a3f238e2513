"""People of every role, in production."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from rest_framework.test import APIClient

from access.models import Token

PASSWORD = "correct horse battery staple"


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


def token_of(user: User, name: str = "default", days: int = 1) -> str:
    return Token.objects.create(user, timedelta(days=days), name=name)[1]


def by_token(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def by_session(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
