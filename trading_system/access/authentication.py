"""Tokens: `Authorization: Token …`, or `Bearer …` (RFC 6750).

django-rest-knox makes them and keeps their digests. Its own authentication asks the database four times for each
request, and clears away what has expired meanwhile; this one asks once, for the user and the roles as well, so that a
token is worth nothing from the moment that it is revoked.
"""

import re
from hmac import compare_digest

import pghistory
from django.contrib.auth.models import User
from django.db import connection
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from .roles import give

SCHEMES = (b"token", b"bearer")
TOKEN = re.compile(r"[!-~]{1,200}")
USER = ("id", "is_superuser", "username", "is_active")  # in the model's order, which from_db counts on
FIND = f"""
    SELECT digest, name, {", ".join(f"auth_user.{column}" for column in USER)},
        ARRAY(SELECT auth_group.name FROM auth_user_groups JOIN auth_group ON auth_group.id = group_id
            WHERE auth_user_groups.user_id = auth_user.id)
    FROM access_token JOIN auth_user ON auth_user.id = access_token.user_id
    WHERE token_key = %s AND is_active AND (expiry IS NULL OR expiry > NOW())
"""  # noqa: S608  # made of constants


class TokenAuthentication(BaseAuthentication):
    """The user of the request's token, with `auth` being the token's name; AuthenticationFailed if it is no good."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        scheme, _, given = get_authorization_header(request).partition(b" ")
        if scheme.lower() not in SCHEMES:
            return None
        found = find(given.strip().decode("latin-1"))
        if found is None:
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
    with connection.cursor() as cursor:
        cursor.execute(FIND, [token[: CONSTANTS.TOKEN_KEY_LENGTH]])
        for kept, name, *columns, groups in cursor.fetchall():
            if compare_digest(kept, digest):
                user = User.from_db(connection.alias, USER, columns)
                give(user, groups)
                return user, name
    return None
