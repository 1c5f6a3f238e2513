"""What the document says of accounts."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework.serializers import Serializer

from rest.openapi.extensions import Schema

from ..account_serializer import AccountSerializer, MemberSerializer
from ..members import MAX_MEMBERS


class Members(OpenApiSerializerFieldExtension):
    target_class = "reference.account_serializer.MembersField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Schema:
        member = auto_schema.resolve_serializer(MemberSerializer(), direction).ref
        return {"type": "array", "items": member, "maxItems": MAX_MEMBERS}


@extend_schema_serializer(many=False)
class Accounts(Serializer[Any]):
    results = AccountSerializer(many=True)


document_accounts = extend_schema_view(
    list=extend_schema(
        description="Those that you see, by name: those without members, and those that you are a member of.",
        responses={200: OpenApiResponse(Accounts, "Accounts.")},
    ),
    create=extend_schema(description="Without members, it is everybody's. Else you have to be one, as a trader."),
    update=extend_schema(description="Members that are not given stay."),
    partial_update=extend_schema(description="Members that are not given stay."),
    destroy=extend_schema(description="Of an account without trades.", responses={204: None, 409: None}),
)
