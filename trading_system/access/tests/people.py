"""Users as clients: by token, or by session."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.test import Client
from rest_framework.test import APIClient

from access.models import Token
from rest.tests.clients import ApiClient

PASSWORD = "correct horse battery staple"


def token_of(user: User, name: str = "default", days: int = 1) -> str:
    return Token.objects.create(user, timedelta(days=days), name=name)[1]


def by_token(token: str) -> APIClient:
    client = ApiClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def by_session(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
