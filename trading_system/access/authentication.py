"""Tokens: `Authorization: Token …`, or `Bearer …` (RFC 6750).

django-rest-knox makes them and keeps their digests. Its own authentication asks the database four times for each
request, and clears away what has expired meanwhile; this one asks once, for the user and the roles as well, so that a
token is worth nothing from the moment that it is revoked.
"""

import re
from hmac import compare_digest
from typing import Any

import pghistory
from django.contrib.auth.models import User
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from .addresses import address_of
from .limits import TOKEN_FAILURES
from .roles import give

SCHEMES = (b"token", b"bearer")
TOKEN = re.compile(r"[!-~]{1,200}")
USER = ("id", "is_superuser", "username", "is_active")  # in the model's order, which from_db counts on
FIND = "SELECT * FROM access_token_of(%s)"  # digest, name, USER, and the names of groups


class TokenAuthentication(BaseAuthentication):
    """The user of the request's token, with `auth` being the token's name; AuthenticationFailed if it is no good.

    TooOften instead, if too many from the same address were not.
    """

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        scheme, _, given = get_authorization_header(request).partition(b" ")
        if scheme.lower() not in SCHEMES:
            return None
        found = find(given.strip().decode("latin-1"))
        if found is None:
            TOKEN_FAILURES.take(address_of(request))  # who has a good one is never held up by those who guess
            raise AuthenticationFailed("The token is wrong, has expired, or was revoked.")
        pghistory.context(user=found[0].username)  # for the request's changes, if it makes any
        return found

    def authenticate_header(self, request: Request) -> str:
        return "Token"


def find(token: str) -> tuple[User, str] | None:
    """The token's user, with roles, and the token's name."""
    if not TOKEN.fullmatch(token):
        return None
    digest = hash_token(token)
    for kept, name, *columns, groups in candidates(token[: CONSTANTS.TOKEN_KEY_LENGTH]):
        if compare_digest(kept, digest):
            user = User.from_db(DEFAULT_DB_ALIAS, USER, columns)
            give(user, groups)
            return user, name
    return None


def candidates(key: str) -> list[tuple[Any, ...]]:
    """Those whose token begins like this. It is a request's first query: a connection that was kept from the one before
    is tried by it, in place of the SELECT that Django would send for that alone."""
    database: Any = connections[DEFAULT_DB_ALIAS]  # the stubs do not know what it says of its health
    is_kept = database.connection is not None and not database.in_atomic_block
    is_untried = is_kept and database.health_check_enabled and not database.health_check_done
    database.health_check_done = True
    try:
        return executed(database, key)
    except (OperationalError, InterfaceError):
        if not is_untried:
            raise
        database.close()
        return executed(database, key)


def executed(database: BaseDatabaseWrapper, key: str) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        cursor.execute(FIND, [key])
        return list(cursor.fetchall())
