"""`manage.py create_token USER`."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, transaction
from django.db.models import Model

from access.models import Token
from access.roles import Role, roles_of

DAYS, MAX_DAYS = 90, 3650


class Command(BaseCommand):
    help = "Make a token for a user and print it on stdout, once: only its digest is kept."
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="user name")
        parser.add_argument("--name", default="default", help="name of the token, for revoke_token (default)")
        parser.add_argument("--days", type=days, default=DAYS, help=f"days until it expires (1 to {MAX_DAYS}; {DAYS})")
        parser.add_argument(
            "--role",
            choices=[str(role) for role in Role],
            action="append",
            default=[],
            help="give the user this role; creates the user, without a password, if needed; may be repeated",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        user = self.user(options["user"], options["role"])
        validate_name(Token(name=options["name"]), f"--name {options['name']!r}")
        user.groups.add(*Group.objects.filter(name__in=options["role"]))
        try:
            with transaction.atomic():
                token, text = Token.objects.create(user, timedelta(days=options["days"]), name=options["name"])
        except IntegrityError:
            raise CommandError(
                f"{user.username} has a token named {options['name']}: give this one another --name, "
                f"or revoke that one: manage.py revoke_token {user.username} {options['name']}"
            ) from None
        roles = ", ".join(sorted(roles_of(user))) or "no role yet: --role gives one"
        self.stderr.write(f"{user.username} ({roles}), token {token.name}, until {token.expiry:%Y-%m-%d %H:%M} UTC")
        self.stdout.write(text)

    def user(self, name: str, roles: list[str]) -> User:
        found = User.objects.filter(username=name).first()
        if found is None and not roles:
            raise CommandError(f"there is no user {name}; give --role to make one, or use manage.py createsuperuser")
        if found and not found.is_active:
            raise CommandError(f"{name} is not active")
        if found is None:
            found = User(username=name)
            found.set_unusable_password()
            validate_name(found, name)
            found.save()
        return found


def validate_name(made: Model, name: str) -> None:
    """CommandError for a `username` or `name` that its model refuses."""
    try:
        made.clean_fields(exclude={field.name for field in made._meta.fields} - {"username", "name"})
    except ValidationError as error:
        raise CommandError(f"{name}: {' '.join(error.messages)}") from None


def days(text: str) -> int:
    """A whole number from 1 to MAX_DAYS; ValueError if it is none, as argparse expects."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_DAYS):
        raise ValueError
    return int(text)
