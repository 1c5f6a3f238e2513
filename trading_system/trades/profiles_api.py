"""Profiles of files over HTTP: /api/import-profiles/, those that ship and those of the user."""

from typing import Any

import msgspec
from rest_framework import status
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from rest.parsers import ExactJSONParser
from rest.views import StrictView

from .files.catalogue import parse, shipped
from .files.profile import Profile
from .profiles import SLUG_LENGTH, keep_profile, own_profiles


class ImportProfileViewSet(StrictView, ViewSet):
    """How files of a layout become trades. A profile of one's own comes before one that ships with its name."""

    lookup_value_regex = f"[a-z0-9-]{{1,{SLUG_LENGTH}}}"
    lookup_field = "name"
    parser_classes = (ExactJSONParser,)  # a form has no objects

    def get_queryset(self) -> Any:
        """The user's own ones."""
        return own_profiles(self.request.user)

    def list(self, request: Request) -> Response:
        """All of them, without their content, by name."""
        return Response([told(name, *found) for name, found in sorted(self.all().items())])

    def retrieve(self, request: Request, name: str) -> Response:
        """One, with its content."""
        profile, ships = self.found(name)
        return Response({**told(name, profile, ships), "profile": msgspec.to_builtins(profile)})

    def create(self, request: Request) -> Response:
        """Keep one under a new name."""
        name, profile = given(request)
        if self.get_queryset().filter(name=name).exists():
            raise ValidationError({"name": ["Is taken."]})
        keep_profile(name, profile, request.user)
        headers = {"Location": request.build_absolute_uri(f"{request.path}{name}/")}
        return Response(self.retrieve(request, name).data, status.HTTP_201_CREATED, headers=headers)

    def update(self, request: Request, name: str) -> Response:
        """Keep one under this name, in the place of the one that has it."""
        keep_profile(name, given(request)[1], request.user)
        return self.retrieve(request, name)

    def destroy(self, request: Request, name: str) -> Response:
        """Forget one of one's own; one that ships counts again then."""
        _, ships = self.found(name)
        if ships:
            raise PermissionDenied("It ships with the ledger; keep one of your own under its name to change it.")
        self.get_queryset().filter(name=name).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)

    def all(self) -> dict[str, tuple[Profile, bool]]:
        """Each profile by its name, and whether it ships."""
        own = {kept.name: (parse(kept.data), False) for kept in self.get_queryset()}
        return {name: (profile, True) for name, profile in shipped().items()} | own

    def found(self, name: str) -> tuple[Profile, bool]:
        if (found := self.all().get(name)) is None:
            raise NotFound(f"There is no profile {name}.")
        return found


def given(request: Request) -> tuple[str, Profile]:
    """The name and the profile of a body; the name is empty if it has none."""
    data: Any = request.data
    name, profile = (data.get("name", ""), data.get("profile")) if isinstance(data, dict) else ("", None)
    if not isinstance(name, str) or not isinstance(profile, dict):
        raise ValidationError({"profile": ["Must be an object, and name a text."]})
    try:
        return name, parse(profile)
    except ValueError as error:
        raise ValidationError({"profile": [str(error)]}) from None


def told(name: str, profile: Profile, ships: bool) -> dict[str, Any]:
    """What a profile is for."""
    about = {
        "title": profile.title,
        "about": profile.about,
        "seen": msgspec.to_builtins(profile.seen),
        "kinds": profile.kinds,
    }
    return {"name": name, **about, "ships": ships}
