"""Tokens: `Authorization: Token …`, or `Bearer …` (RFC 6750).

django-rest-knox makes tokens and stores their digests. Its own authentication takes four queries per request. This one
takes one, which returns the user and the roles as well. Nothing is cached, so a revoked token is refused at once.
"""

import re
from contextlib import suppress
from hmac import compare_digest

from django.contrib.auth.models import User
from django.db import DEFAULT_DB_ALIAS, connection
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from rest.errors import ReadOnly

from .addresses import address_of
from .limits import TOKEN_FAILURES
from .roles import give

SCHEMES = (b"token", b"bearer")
TOKEN = re.compile(r"[!-~]{1,200}")
USER = ("id", "is_superuser", "username", "is_active")  # in the model's order, which from_db relies on
FIND = "SELECT * FROM access_token_of(%s)"  # digest, name, USER, and the names of groups


class TokenAuthentication(BaseAuthentication):
    """Returns the token's user, and its name as `auth`; None if the request has no token.

    Raises AuthenticationFailed for a wrong token, or TooOften after too many from the same address.
    """

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        scheme, _, given = get_authorization_header(request).partition(b" ")
        if scheme.lower() not in SCHEMES:
            return None
        found = find(given.strip().decode("latin-1"))
        if found is None:
            with suppress(ReadOnly):  # without a count, tokens are still too long to guess
                TOKEN_FAILURES.take(address_of(request))
            raise AuthenticationFailed("The token is wrong, has expired, or was revoked.")
        return found

    def authenticate_header(self, request: Request) -> str:
        return "Token"


def find(token: str) -> tuple[User, str] | None:
    """The token's user, with roles, and the token's name; None if it is not valid."""
    if not TOKEN.fullmatch(token):
        return None
    digest = hash_token(token)
    begins = token[: CONSTANTS.TOKEN_KEY_LENGTH]
    candidates = connection.execute_planned(FIND, [begins])  # type: ignore[attr-defined]  # of our backend
    for stored, name, *columns, groups in candidates:
        if compare_digest(stored, digest):
            user = User.from_db(DEFAULT_DB_ALIAS, USER, columns)
            give(user, groups)
            return user, name
    return None
