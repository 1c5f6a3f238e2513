"""A file of trades over HTTP."""

from typing import Any

from rest_framework import status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from idempotency.once import once
from rest import instants
from rest.body_sizes import MAX_UPLOAD
from rest.errors import request_id
from rest.metrics import ADDED, count
from rest.parameters import one_of

from . import bodies
from .bulk import load
from .report import Report
from .rows import Malformed

OPTIONS = {"on_error": ("abort", "skip"), "dry_run": ("false", "true"), "again": ("false", "true")}


def upload(request: Request, renderer: JSONRenderer) -> Response:
    """201 if trades were added, 200 if there were none to add, 400 with nothing written if there are errors."""
    skip, dry_run, again = (one_of(request, name, *values) == values[1] for name, values in OPTIONS.items())
    format_ = bodies.file_format(request)
    source = bodies.streamed(request, MAX_UPLOAD)

    def carry_out() -> Response:
        report = load(source, format_, skip=skip, dry_run=dry_run, again=again)
        if report.failed and not skip:
            return refused(report, dry_run)
        booked = report.created and not dry_run
        if booked:
            count(ADDED, report.created)
        return Response(described(report, dry_run), status.HTTP_201_CREATED if booked else status.HTTP_200_OK)

    try:
        if dry_run:
            return carry_out()  # writes nothing, and so no key either
        return once(request, carry_out, lambda: bodies.whole_digest(source), renderer)
    except Malformed as error:
        report = Report(skip)
        report.refuse(error.line, {None: [error.message]})
        return refused(report, dry_run)


def refused(report: Report, dry_run: bool) -> Response:
    return Response({**described(report, dry_run), "request_id": request_id()}, status.HTTP_400_BAD_REQUEST)


def described(report: Report, dry_run: bool) -> dict[str, Any]:
    return {
        "created": report.created,
        "duplicates": report.duplicates,
        "failed": report.failed,
        "errors": report.errors,
        "dry_run": dry_run,
        "imported_at": instants.render(report.imported_at) if report.imported_at else None,
    }
