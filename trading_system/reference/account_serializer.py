"""Accounts in JSON. What is told of one depends on who asks: the request is in the serializer's context."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ParseError

from rest.parsers import ExactJSONParser
from rest.serializers import InstantField, Strict, TextField

from .currency_field import KnownCurrencyField
from .members import MAX_MEMBERS, NO_ROLE, MemberRole
from .models import NAME_LENGTH, NOTE_LENGTH, Account, name_form, prints

USERNAME_LENGTH = 150  # Django's


class MemberSerializer(Strict):
    """One of the members."""

    user = TextField(max_length=USERNAME_LENGTH, validators=[prints], help_text="The user's name.")
    role = serializers.ChoiceField(MemberRole.choices, error_messages={"invalid_choice": NO_ROLE})


class MembersField(serializers.JSONField):
    """`[{"user": …, "role": …}, …]`, or in a form the text of it; read as a role for each username.

    ValidationError has a text for each thing that is wrong, with the member's place, from 1 on.
    """

    initial: Any = ()  # of an empty form

    def to_internal_value(self, data: Any) -> dict[str, str]:
        given = read(data) if getattr(data, "is_json_string", False) else data
        if not isinstance(given, list):
            raise serializers.ValidationError('Must be a list such as [{"user": "robin", "role": "trader"}].')
        if len(given) > MAX_MEMBERS:
            raise serializers.ValidationError(f"At most {MAX_MEMBERS} members.")
        members = [MemberSerializer(data=one) for one in given]
        if errors := [text for place, one in enumerate(members, 1) for text in errors_of(one, place)]:
            raise serializers.ValidationError(errors)
        return by_name([one.validated_data for one in members])

    def to_representation(self, memberships: Any) -> Any:
        """`[{"user": …, "role": …}, …]` by the names of users."""
        members = [{"user": one.user.get_username(), "role": one.role} for one in memberships.all()]
        return sorted(members, key=lambda member: member["user"])


def read(text: str) -> Any:
    """The value of a JSON text in a form."""
    try:
        return ExactJSONParser().parse(BytesIO(text.encode()))
    except ParseError as error:
        raise serializers.ValidationError([str(error.detail)]) from None


def errors_of(member: MemberSerializer, place: int) -> Iterator[str]:
    """What is wrong with the member at this place."""
    if not member.is_valid():
        for name, messages in member.errors.items():
            where = f"Member {place}" if name == "non_field_errors" else f"Member {place}, {name}"
            yield from (f"{where}: {message}" for message in messages)


def by_name(members: list[dict[str, str]]) -> dict[str, str]:
    """The role of each user; ValidationError if one is named twice."""
    names = [member["user"] for member in members]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise serializers.ValidationError([f"Named twice: {name}." for name in twice])
    return {member["user"]: member["role"] for member in members}


class AccountSerializer(Strict):
    """`members` and `note` stay as they are where they are not given."""

    is_new = True
    id = serializers.IntegerField(read_only=True, min_value=1, max_value=2**31 - 1)
    name = TextField(
        max_length=NAME_LENGTH, validators=[name_form], help_text="No other account that you see may have it."
    )
    currency = KnownCurrencyField(
        source="currency_id", help_text="Of prices that do not say theirs: the code of a currency, upper or lower case."
    )
    note = TextField(
        required=False, allow_blank=True, trim_whitespace=False, max_length=NOTE_LENGTH, validators=[prints]
    )
    members = MembersField(
        source="memberships", required=False, help_text="Nobody else sees it; without members, everybody."
    )
    role = serializers.ChoiceField(  # no attribute of an account: `to_representation` has it
        MemberRole.choices,
        read_only=True,
        allow_null=True,
        help_text="Yours as a member; null for an account without members, where your role of the service says it.",
    )
    created_at, updated_at = InstantField(read_only=True), InstantField(read_only=True)

    @property
    def asker(self) -> Any:
        return self.context["request"].user

    def to_representation(self, instance: Account) -> dict[str, Any]:
        return {**super().to_representation(instance), "role": instance.role_of(self.asker)}

    def create(self, validated_data: dict[str, Any]) -> Account:
        return Account.objects.enter(validated_data, self.asker)

    def update(self, instance: Account, validated_data: dict[str, Any]) -> Account:
        return Account.objects.change(instance, validated_data, self.asker)
