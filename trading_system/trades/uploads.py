"""A file in the body of a request: booked at once, or with nothing written and what is wrong with it."""

from collections.abc import Mapping
from typing import Any

from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from idempotency.keys import once
from rest.errors import request_id
from rest.metrics import ADDED, CHANGED, count
from rest.parameters import one_of

from .booking import Booking
from .bulk import Options, load
from .contents import REPEATED
from .files.answers import Wishes
from .files.asking import question_of
from .files.cells import Malformed
from .files.source import Source, TradeFile
from .profiles import profiles_of
from .report import Report
from .sources import ProfileRows, Unanswered, source_of
from .wishes import ANSWERS, OF_FILE, BadWish, wished

FLAG = ("false", "true")
OPTIONS = {
    "on_error": ("abort", "skip"), "dry_run": FLAG, "again": FLAG, "repeated": REPEATED, "corrections": FLAG,
}  # fmt: skip
READING = {*OF_FILE, *ANSWERS, "tz"} - {"zone"}  # parameters that say how a file is to be read
PARAMETERS = {*OPTIONS, *READING, "account", "name"}


def book_file(request: Request, file: TradeFile) -> Response:
    """201 if trades were added, 200 if there were none to add, 400 with nothing written if there are errors."""
    account = request.query_params.get("account") or None
    options = asked(request)
    wishes = wishes_of(request)

    def carry_out() -> Response:
        booking = Booking.of_user(request.user, account)
        profiles, name = profiles_of(request.user), request.query_params.get("name", "")
        with source_of(file, profiles, wishes, name) as source:
            report = load(source, booking, options)
            if not options.dry_run:
                count_report(report)
            return answer_report(report, options.dry_run, source)

    try:
        if options.dry_run:
            return carry_out()  # writes nothing, and so no key either
        return once(request, carry_out, file.whole_digest)
    except Malformed as error:
        report = Report(skip=False)
        report.refuse(error.line, {None: [error.message]})
        return answer_report(report, options.dry_run)
    except Unanswered as error:
        body = {"questions": [question_of(question) for question in error.questions], "request_id": request_id()}
        return Response(body, status.HTTP_400_BAD_REQUEST)


def wishes_of(request: Request) -> Wishes:
    """How the parameters say that a file is to be read."""
    given = {name: value for name, value in request.query_params.items() if name in READING and value}
    answers = {"zone" if name == "tz" else name: given[name] for name in {*ANSWERS, "tz"} & given.keys()}
    try:
        return wished({name: given[name] for name in OF_FILE if name in given} | {"answers": answers})
    except BadWish as error:
        raise ValidationError({"tz" if error.field == "zone" else error.field: [error.message]}) from None


def asked(request: Request) -> Options:
    """How an upload is to be booked; ValidationError names a parameter with another value."""
    given = {name: one_of(request, name, values) for name, values in OPTIONS.items()}
    return options_of(given)


def options_of(given: Mapping[str, str]) -> Options:
    """How a file is booked, of the values of OPTIONS, with or without `dry_run`."""
    flags = {name: given[name] == "true" for name, values in OPTIONS.items() if values is FLAG and name in given}
    return Options(skip=given["on_error"] == "skip", repeated=given["repeated"], **flags)


def count_report(report: Report) -> None:
    """Tell the metrics what was written."""
    for counter, times in ((ADDED, report.created), (CHANGED, report.corrected)):
        if times:
            count(counter, times)


def answer_report(report: Report, dry_run: bool, source: Source | None = None) -> Response:
    """201 if trades were added or changed, 200 if not, 400 if the file was refused; the body is an ImportReport."""
    body: dict[str, Any] = {**report.answer(), "dry_run": dry_run}
    if isinstance(source, ProfileRows):
        told = [question_of(question) for question in source.questions]
        body |= {"profile": source.profile, "choices": source.made["choices"], "questions": told}
    if report.is_refused:
        return Response({**body, "request_id": request_id()}, status.HTTP_400_BAD_REQUEST)
    has_changed = bool(report.created or report.corrected) and not dry_run
    return Response(body, status.HTTP_201_CREATED if has_changed else status.HTTP_200_OK)
