"""Profiles that somebody has made: mappings of layouts that none of the shipped ones knows, kept under a name."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now

from rest.rules import rule

from .author import USERNAME_LENGTH, username_of
from .files.catalogue import parse, shipped
from .files.profile import Profile

SLUG = r"\A[a-z0-9]+(-[a-z0-9]+)*\Z"
SLUG_LENGTH = 50
MAX_PROFILES = 100  # of a user
MAX_PROFILE = 128 * 1024  # bytes of one as JSON: all of a user's are read for each file

slug_form = RegexValidator(SLUG, "Must be lower-case letters, digits and single hyphens.")


class ImportProfile(models.Model):
    """How the rows of a layout become trades, as its owner has said; `data` is as files/profile.py describes it."""

    name = models.CharField(max_length=SLUG_LENGTH, validators=[slug_form])
    owner = models.CharField(max_length=USERNAME_LENGTH, default="", blank=True)  # empty: of nobody who is logged in
    data = models.JSONField()
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["owner", "name"], name="importprofile_name_unique", violation_error_message="Is taken."
            ),
            rule("name_form", models.Q(name__regex=SLUG), slug_form.message),
        )

    def __str__(self) -> str:
        return self.name


def profiles_of(user: Any) -> Mapping[str, Profile]:
    """The profiles by which a user's files are read, by name: their own, and those that ship."""
    return {**shipped(), **{profile.name: parse(profile.data) for profile in own_profiles(user)}}


def own_profiles(user: Any) -> models.QuerySet[ImportProfile]:
    """Those that the user has made, by name."""
    return ImportProfile.objects.filter(owner=username_of(user) or "").order_by("name")


def keep_profile(name: Any, profile: Profile, user: Any) -> ImportProfile:
    """Keep a profile under a name, in the place of the user's own one of that name; ValidationError if it cannot be."""
    if not isinstance(name, str):
        raise ValidationError({"name": ["Must be a text."]})
    owner = username_of(user) or ""
    kept = ImportProfile.objects.filter(owner=owner, name=name).first() or ImportProfile(owner=owner, name=name)
    if kept.pk is None and ImportProfile.objects.filter(owner=owner).count() >= MAX_PROFILES:
        raise ValidationError({"name": [f"You have {MAX_PROFILES} profiles, which is the most."]})
    if (size := len(msgspec.json.encode(profile))) > MAX_PROFILE:
        raise ValidationError({"profile": [f"Has {size} bytes as JSON, of at most {MAX_PROFILE}."]})
    kept.data = msgspec.to_builtins(profile)
    kept.full_clean()
    kept.save()
    return kept
