"""Files that wait to be booked, over HTTP: sent, looked at, corrected in how they are read, and booked."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec
from django.db import transaction
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from idempotency.keys import once
from rest.errors import request_id
from rest.parsers import ExactJSONParser
from rest.rules import Conflict

from .author import username_of
from .bulk import Options, load
from .files.answers import with_answers
from .files.cells import Malformed
from .imports import Import
from .kept import described, keep, kept_of, opened
from .parsers import ANY_FILE, uploaded
from .previews import Preview
from .profiles import keep_profile
from .sources import spooled
from .uploads import OPTIONS, answer_report, count_report, options_of
from .wishes import BadWish, remembered, wished

T = TypeVar("T")

MAX_WISHES = 1024 * 1024  # bytes: answers of one request are added to those before
IN_PATCH = {"answers", "mapping", "symbols", "profile", "charset", "separator", "sheet", "account"}
IN_BOOK = {*IN_PATCH, "repeated", "on_error", "corrections", "again", "keep_as"}


class KeptFilesMixin:
    """What becomes of a file between its arrival and its booking."""

    request: Any
    action_map: Any
    parser_classes: Any = (ExactJSONParser,)  # a form has no objects

    def get_parsers(self) -> list[Any]:
        """Of a file, if it is one that is sent."""
        method = self.request.method.lower() if self.request else ""  # none, where the OpenAPI document is made
        sends = self.action_map.get(method) == "create"
        parsers: Any = ANY_FILE if sends else self.parser_classes
        return [parser() for parser in parsers]

    def create(self, request: Request) -> Response:
        """Keep a file, and tell what was found in it."""
        upload = uploaded(request)
        with spooled(upload) as file:
            made = {"account": request.query_params.get("account") or "", "wishes": {}}
            name, digest = request.query_params.get("name", ""), upload.digest.digest()
            draft = Import(name=name, digest=digest, made=made)
            body = refusing(lambda: Preview(file, draft, request.user).resource())
            record = keep(file, digest, name, username_of(request.user), made)
        location = request.build_absolute_uri(f"{request.path}{record.pk}/")
        return Response({**described(record), **body}, status.HTTP_201_CREATED, headers={"Location": location})

    def partial_update(self, request: Request, pk: str) -> Response:
        """Say how a file is to be read, and see what becomes of it."""
        record = self.kept(pk)
        record.made = said(record, data_of(request, IN_PATCH))
        body = self.preview(record)
        Import.objects.filter(pk=record.pk, booked_at=None).update(made=record.made)
        return Response(body)

    def preview(self, record: Import) -> dict[str, Any]:
        """What a kept file is, and what would become of it."""
        with opened(record) as file:
            return {**described(record), **refusing(lambda: Preview(file, record, self.request.user).resource())}

    @transaction.atomic
    def destroy(self, request: Request, pk: str) -> Response:
        """Forget a file that was not booked; whoever books it at the same time comes first."""
        self.kept(pk, lock=True).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=True, methods=["post"])
    def book(self, request: Request, pk: str) -> Response:
        """Book a file that was kept, with the last answers."""
        return once(request, lambda: self.carry_out(request, pk), lambda: bytes(request.body))

    @transaction.atomic
    def carry_out(self, request: Request, pk: str) -> Response:
        """Whoever books it at the same time waits, and is told that it is booked."""
        record = self.kept(pk, lock=True)
        data = data_of(request, IN_BOOK)
        record.made = said(record, data)
        options = options_in(data)
        with opened(record) as file:
            preview = refusing(lambda: Preview(file, record, request.user))
            if not preview.source:
                body = {"questions": preview.questions(), "request_id": request_id()}
                if text := preview.what_is_missing:
                    raise ValidationError({"mapping": [text]})
                return Response(body, status.HTTP_400_BAD_REQUEST)
            source = preview.source
            report = refusing(lambda: load(source, preview.booking, options, record))
            answer = answer_report(report, dry_run=False)
            if report.is_refused:
                answer.data["questions"] = preview.questions()
                return answer
        if data.get("keep_as") not in (None, ""):
            if not (preview.statement and preview.statement.profile):
                raise ValidationError({"keep_as": ["A file with the ledger's own columns needs no profile."]})
            answered = with_answers(preview.statement.profile, preview.wishes.answers)
            keep_profile(data["keep_as"], answered, request.user)
        record.pieces.all().delete()
        count_report(report)
        return answer

    def kept(self, pk: str, *, lock: bool = False) -> Import:
        """A file of the user's that waits; Conflict if it was booked, DoesNotExist if it is not there any more."""
        found = kept_of(username_of(self.request.user))
        record = (found.select_for_update() if lock else found).filter(pk=pk).first()
        if record is None:
            booked = Import.objects.filter(pk=pk, created_by=username_of(self.request.user)).exclude(booked_at=None)
            if booked.exists():
                raise Conflict("Was booked.")
            raise Import.DoesNotExist("No file with this id waits to be booked.")
        return record


def said(record: Import, data: Mapping[str, Any]) -> dict[str, Any]:
    """What was said of a file, with what is said now."""
    answers = data.get("answers") or {}
    if not isinstance(answers, Mapping):
        raise ValidationError({"answers": ["Must be an object."]})
    answers = dict(answers)
    account = answers.pop("account", data.get("account", record.made.get("account", "")))
    if not isinstance(account, str):
        raise ValidationError({"account": ["Must be a name."]})
    for name in ("profile", "separator"):
        if name in answers:
            data = {**data, name: answers.pop(name)}
    try:
        wishes = wished({**data, "answers": answers}, remembered(record.made.get("wishes")))
    except BadWish as error:
        raise ValidationError({error.field: [error.message]}) from None
    said = msgspec.to_builtins(wishes)
    if len(msgspec.json.encode(said)) > MAX_WISHES:
        raise ValidationError({"answers": [f"All that was said of the file is more than {MAX_WISHES} bytes as JSON."]})
    return {"account": account, "wishes": said}


def options_in(data: Mapping[str, Any]) -> Options:
    """How a file is to be booked; ValidationError names what has another value than it may have."""
    given = {name: written(data.get(name, values[0])) for name, values in OPTIONS.items() if name != "dry_run"}
    if wrong := [name for name, value in given.items() if value not in OPTIONS[name]]:
        raise ValidationError({name: [f"Must be {' or '.join(OPTIONS[name])}."] for name in wrong})
    return options_of(given)


def written(value: Any) -> Any:
    """A flag as a parameter has it."""
    return str(value).lower() if isinstance(value, bool) else value


def data_of(request: Request, known: set[str]) -> dict[str, Any]:
    """The body; ValidationError names what would be ignored."""
    data = request.data
    if not isinstance(data, Mapping):
        raise ValidationError("Must be an object.")
    if unknown := [name for name in data if name not in known]:
        raise ValidationError({name: ["Unknown field."] for name in unknown[:10]})
    return dict(data.items())


def refusing(action: Callable[[], T]) -> T:
    """The result of an action; a file that cannot be read is an error of the field `file`."""
    try:
        return action()
    except Malformed as error:
        where = f"Line {error.line}: " if error.line else ""
        raise ValidationError({"file": [f"{where}{error.message}"]}) from None
