"""What the document says of files that wait to be booked, and of the profiles by which files are read."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, PolymorphicProxySerializer, extend_schema, extend_schema_view
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DictField,
    IntegerField,
    JSONField,
    ListField,
    Serializer,
)

from reference.models import ACCOUNT_NAME
from reference.models import NAME_LENGTH as ACCOUNT_LENGTH
from rest.openapi.extensions import TEXT, parameter, text_schema
from rest.openapi.schema import ONCE
from rest.serializers import InstantField

from ..import_serializer import ImportSerializer, LeftOut
from ..imports import NAME_LENGTH
from ..profiles import SLUG, SLUG_LENGTH
from ..reversal import LISTED
from ..uploads import FLAG, OPTIONS
from .operations import FILE, REFUSED, Count, ImportReport, Question, RowError

NAME = parameter("name", text_schema(SLUG, maxLength=SLUG_LENGTH), "The profile's name.", "path")


class UndoneOrRedone(Serializer[Any]):
    trades = Count(help_text="Trades that were taken out of the ledger, or put back.")
    corrections = Count(help_text="Trades whose correction was taken back, or made again.")
    left = Count(help_text="Trades that stay as they are: they were changed since, or their external_id is taken.")
    left_trades = ListField(child=IntegerField(min_value=1), max_length=LISTED, help_text="The first of them, by id.")
    vars()["import"] = ImportSerializer()


class NamedProfile(Serializer[Any]):
    name, title = CharField(), CharField()


class FileColumn(Serializer[Any]):
    name, sample = CharField(), ListField(child=CharField(), help_text="Some of its texts.")


class FileRow(Serializer[Any]):
    line, cells = IntegerField(min_value=0), ListField(child=CharField())
    trade = DictField(child=CharField(), allow_null=True, help_text="The fields of the trade that would be booked.")
    left_out = CharField(allow_null=True, help_text="What it is, if it is no trade.")
    error = CharField(allow_null=True, help_text="What is wrong with it.")


class Counts(Serializer[Any]):
    created, duplicates, repeated, corrected, failed, missing = (IntegerField(min_value=0) for _ in range(6))
    sometimes = ("created", "duplicates", "repeated", "corrected", "failed", "missing")


class KeptFile(Serializer[Any]):
    id, name = IntegerField(min_value=1), CharField(max_length=NAME_LENGTH)
    state = CharField(help_text="kept.")
    created_at, expires_at = InstantField(), InstantField()
    created_by = CharField(allow_null=True)
    booked_at, undone_at = InstantField(allow_null=True), InstantField(allow_null=True)
    account = CharField(allow_null=True, help_text="The account of rows that name none.")
    kind = CharField(help_text="csv, xlsx, html, ofx or flex; or ledger, for the ledger's own columns.")
    charset, separator, sheet = CharField(), CharField(), CharField()
    sheets = ListField(child=CharField())
    profile = CharField(help_text="The name of the profile that knows its layout; empty for a mapping.")
    title = CharField()
    mapping = DictField(child=JSONField(), help_text="How its rows become trades, in the form of a profile.")
    doubts = ListField(child=CharField(), help_text="What is not certain of what was found.")
    profiles: Any = NamedProfile(many=True, help_text="Those that know its header, if there are several.")
    columns: Any = FileColumn(many=True)
    rows: Any = FileRow(many=True, help_text="The first, as they would be booked.")
    questions: Any = Question(many=True, help_text="What only a person can say.")
    choices = ListField(child=CharField(), help_text="What is taken that the file does not say.")
    counts: Any = Counts(help_text="What would become of all rows; empty as long as a question is open.")
    left_out: Any = LeftOut(many=True)
    errors: Any = RowError(many=True)
    imported_at = InstantField(allow_null=True, help_text="When the same bytes were first imported.")


class Reading(Serializer[Any]):
    """How a file is to be read. What is left out stays as it was said before."""

    answers = DictField(
        child=CharField(allow_null=True, allow_blank=True), required=False, help_text="To questions, by their names."
    )
    mapping = DictField(child=JSONField(), required=False, allow_null=True, help_text="A profile for this file alone.")
    symbols = DictField(
        child=CharField(), required=False, help_text="What the file calls an instrument, and its ticker."
    )
    profile, charset, separator, sheet = (CharField(required=False, allow_blank=True) for _ in range(4))
    account = CharField(required=False, allow_blank=True, help_text="The account of rows that name none.")


def option(name: str) -> Any:
    """One of an upload's, as a field; flags may be sent as such."""
    if OPTIONS[name] is FLAG:
        return BooleanField(required=False)
    return ChoiceField(OPTIONS[name], required=False)


class Booking(Reading):
    """The same, and how it is to be booked."""

    repeated, on_error, corrections, again = map(option, ("repeated", "on_error", "corrections", "again"))
    keep_as = CharField(required=False, help_text="The name under which the mapping is kept as a profile.")


class ImportProfile(Serializer[Any]):
    name, title, about = CharField(), CharField(), CharField()
    seen = CharField(allow_null=True, help_text="The day of the newest file whose header is known.")
    kinds = ListField(child=CharField())
    ships = BooleanField(help_text="Whether it comes with the ledger.")


class WholeImportProfile(ImportProfile):
    profile = DictField(child=JSONField(), help_text="Its content: docs/reference/profiles.md.")


class GivenProfile(Serializer[Any]):
    profile = DictField(child=JSONField(), help_text="docs/reference/profiles.md.")


class NamedGivenProfile(GivenProfile):
    name = CharField(max_length=SLUG_LENGTH, help_text="Lower-case letters, digits and single hyphens.")


IMPORT = PolymorphicProxySerializer(
    component_name="ImportOrKeptFile", serializers=[ImportSerializer, KeptFile], resource_type_field_name=None
)
document_imports = extend_schema_view(
    list=extend_schema(
        description="Those that you made, those into accounts that you see, and your files that wait.", tags=["files"]
    ),
    retrieve=extend_schema(
        description="A file that waits has what would become of it.", tags=["files"], responses={200: IMPORT}
    ),
    undo=extend_schema(request=None, responses={200: UndoneOrRedone}, tags=["files"]),
    redo=extend_schema(request=None, responses={200: UndoneOrRedone}, tags=["files"]),
    create=extend_schema(
        description="The file is kept for a day, for you alone. The answer says what it is, what its first rows "
        "would be, and what only a person can say.",
        tags=["files"],
        parameters=[
            parameter("name", {**TEXT, "maxLength": NAME_LENGTH}, "The name of the file."),
            parameter(
                "account", text_schema(ACCOUNT_NAME, maxLength=ACCOUNT_LENGTH), "The account of rows that name none."
            ),
        ],
        request=FILE,
        responses={201: OpenApiResponse(KeptFile, "The file was kept.")},
    ),
    partial_update=extend_schema(
        description="Answers, a mapping, a profile, a charset: the answer says what would become of the file then.",
        tags=["files"],
        request=Reading,
        responses={200: KeptFile},
    ),
    destroy=extend_schema(
        description="Forgets a file that was not booked.",
        tags=["files"],
        responses={204: None, 409: None},
    ),
    book=extend_schema(
        description="Its rows are booked, as after POST /api/trades/bulk/.",
        tags=["files"],
        parameters=ONCE,
        request=Booking,
        responses={200: ImportReport, 201: ImportReport, 400: REFUSED},
    ),
)
document_import_profiles = extend_schema_view(
    list=extend_schema(
        description="Those that ship and your own, by name, without their content.",
        tags=["files"],
        responses={200: OpenApiResponse(ImportProfile(many=True), "The profiles.")},
    ),
    retrieve=extend_schema(tags=["files"], parameters=[NAME], responses={200: WholeImportProfile}),
    create=extend_schema(
        description="Kept for you alone; files of its layout are known from now on.",
        tags=["files"],
        request=NamedGivenProfile,
        responses={201: OpenApiResponse(WholeImportProfile, "The profile was kept.")},
    ),
    update=extend_schema(
        description="Kept under this name, also under that of one that ships: yours counts then.",
        tags=["files"],
        parameters=[NAME],
        request=GivenProfile,
        responses={200: WholeImportProfile},
    ),
    destroy=extend_schema(
        description="Of your own. One that ships, and has its name, counts again.",
        tags=["files"],
        parameters=[NAME],
        responses={204: None},
    ),
)
