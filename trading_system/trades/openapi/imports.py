"""What the document says of imports."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.serializers import IntegerField, ListField, Serializer

from ..import_serializer import ImportSerializer
from ..undo import LISTED
from .operations import Count


class UndoneOrRedone(Serializer[Any]):
    trades = Count(help_text="Trades that were taken out of the ledger, or put back.")
    corrections = Count(help_text="Trades whose correction was taken back, or made again.")
    left = Count(help_text="Trades that stay as they are: they were changed since, or their external_id is taken.")
    left_trades = ListField(child=IntegerField(min_value=1), max_length=LISTED, help_text="The first of them, by id.")
    vars()["import"] = ImportSerializer()


document_imports = extend_schema_view(
    list=extend_schema(description="Those that you made, and those into accounts that you see.", tags=["files"]),
    retrieve=extend_schema(tags=["files"]),
    undo=extend_schema(request=None, responses={200: UndoneOrRedone}, tags=["files"]),
    redo=extend_schema(request=None, responses={200: UndoneOrRedone}, tags=["files"]),
)
