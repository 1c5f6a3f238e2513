"""Users who may book."""

from django.contrib.auth.models import Group, User
from rest_framework.test import APIClient

from access.tests.people import by_token, token_of


def trader(name: str) -> User:
    user = User.objects.create_user(name)
    user.groups.set(Group.objects.filter(name="trader"))
    return user


def client_of(name: str) -> APIClient:
    """Of a new trader."""
    return by_token(token_of(trader(name)))
