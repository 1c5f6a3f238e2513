"""Files that wait to be booked: their bytes, in pieces, until they are booked or KEPT_FOR is over.

They are private to whoever has sent them. Of one user at most MAX_FILES are kept, of MAX_BYTES together: a new one
makes the oldest be forgotten.
"""

import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.db import models, transaction
from django.db.models import Sum
from django.db.models.functions import Length
from django.utils import timezone

from rest import instants

from .import_list import KEPT_FOR
from .imports import Import, legible_name

MAX_FILES = 20
MAX_BYTES = 512 * 1024 * 1024  # two files of the largest size
PIECE = 1024 * 1024  # bytes


class KeptPiece(models.Model):
    """A piece of a file that waits to be booked."""

    source = models.ForeignKey(Import, models.CASCADE, related_name="pieces", db_column="import_id")
    number = models.IntegerField()
    bytes = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["source", "number"], name="keptpiece_number_unique"),)

    def __str__(self) -> str:
        return f"Piece {self.number} of import {self.source_id}"


def kept_of(user: str | None) -> models.QuerySet[Import]:
    """The files of a user that wait, newest first."""
    since = timezone.now() - KEPT_FOR
    return Import.objects.filter(booked_at=None, created_by=user, created_at__gt=since).order_by("-id")


@transaction.atomic
def keep(file: BinaryIO, digest: bytes, name: str, user: str | None, made: dict[str, Any]) -> Import:
    """Keep a file, and forget those that are too old or too many."""
    forget(Import.objects.filter(created_at__lte=timezone.now() - KEPT_FOR))
    record: Import = Import.objects.create(digest=digest, name=legible_name(name), created_by=user, made=made)
    file.seek(0)
    for number, piece in enumerate(pieces(file)):
        KeptPiece.objects.create(source=record, number=number, bytes=piece)
    forget_oldest(user)
    return record


def forget_oldest(user: str | None) -> None:
    """Keep no more of a user's files than may be."""
    total, old = 0, list[int]()
    sizes = kept_of(user).annotate(size=Sum(Length("pieces__bytes"))).values_list("id", "size")
    for place, (id_, size) in enumerate(sizes):
        total += size or 0
        if place and (place >= MAX_FILES or total > MAX_BYTES):
            old.append(id_)
    forget(Import.objects.filter(pk__in=old))


def forget(files: models.QuerySet[Import]) -> None:
    """Delete those of the files that wait, except for those that are being booked now.

    Django deletes by ids that it has read, so without the lock a file that was booked meanwhile would go as well.
    """
    waiting = files.filter(booked_at=None).select_for_update(skip_locked=True).values_list("id", flat=True)
    Import.objects.filter(pk__in=list(waiting)).delete()


def pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def opened(record: Import) -> BinaryIO:
    """The file, where one can go back in it. It is gone when it is closed."""
    found = tempfile.TemporaryFile()  # noqa: SIM115  # closed by whoever reads it
    for piece in KeptPiece.objects.filter(source=record).order_by("number").values_list("bytes", flat=True).iterator(1):
        found.write(piece)
    found.seek(0)
    return found


def described(record: Import) -> dict[str, Any]:
    """What a kept file is called, whose it is, and until when it is kept."""
    return {
        "id": record.pk,
        "name": record.name,
        "state": record.state,
        "created_at": instants.render(record.created_at),
        "created_by": record.created_by,
        "booked_at": None,
        "undone_at": None,
        "expires_at": instants.render(record.created_at + KEPT_FOR),
        "account": record.made.get("account") or None,
    }
