"""`manage.py revoke_token USER NAME`."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from access.models import Token


class Command(BaseCommand):
    help = "Revoke a token of a user: the next request with it is refused."
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user")
        parser.add_argument("name", help="name of the token; `default` if it was made without --name")

    def handle(self, *args: Any, **options: Any) -> None:
        name, token = options["user"], options["name"]
        if not User.objects.filter(username=name).exists():
            raise CommandError(f"there is no user {name}")
        tokens = Token.objects.filter(user__username=name)
        there = ", ".join(tokens.order_by("name").values_list("name", flat=True)) or "none"
        if not tokens.filter(name=token).delete()[0]:
            raise CommandError(f"{name} has no token named {token}; there is: {there}")
        self.stderr.write(f"Token {token} of {name} is revoked.")
