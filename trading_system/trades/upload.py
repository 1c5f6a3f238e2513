"""A file of trades over HTTP."""

from typing import Any

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from idempotency.keys import once
from rest import instants
from rest.errors import request_id
from rest.metrics import ADDED, count
from rest.parameters import one_of

from .bulk import load
from .files import TradeFile
from .report import Report
from .rows import Malformed

OPTIONS = {"on_error": ("abort", "skip"), "dry_run": ("false", "true"), "again": ("false", "true")}


def book_file(request: Request, file: TradeFile) -> Response:
    """201 if trades were added, 200 if there were none to add, 400 with nothing written if there are errors."""
    skip, dry_run, again = (one_of(request, name, values) == values[1] for name, values in OPTIONS.items())

    def carry_out() -> Response:
        report = load(file, skip=skip, dry_run=dry_run, again=again)
        if report.created and not dry_run:
            count(ADDED, report.created)
        return answer_report(report, dry_run)

    try:
        if dry_run:
            return carry_out()  # writes nothing, and so no key either
        return once(request, carry_out, file.whole_digest)
    except Malformed as error:
        report = Report(skip=False)
        report.refuse(error.line, {None: [error.message]})
        return answer_report(report, dry_run)


def answer_report(report: Report, dry_run: bool) -> Response:
    body: dict[str, Any] = {
        "created": report.created,
        "duplicates": report.duplicates,
        "failed": report.failed,
        "errors": report.errors,
        "dry_run": dry_run,
        "imported_at": instants.render(report.imported_at) if report.imported_at else None,
    }
    if report.is_refused:
        return Response({**body, "request_id": request_id()}, status.HTTP_400_BAD_REQUEST)
    return Response(body, status.HTTP_201_CREATED if report.created and not dry_run else status.HTTP_200_OK)
