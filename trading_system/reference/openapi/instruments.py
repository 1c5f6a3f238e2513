"""What the document says of instruments."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from rest.openapi.extensions import CURSOR, SIZES, parameter

document_instruments = extend_schema_view(
    list=extend_schema(
        description="A page of instruments, in the order of their tickers.",
        parameters=[parameter("page_size", SIZES, "Rows per page."), CURSOR],
    ),
    create=extend_schema(description="Of kind currency or crypto, it makes its ticker a known currency."),
    update=extend_schema(description="Optional fields that are left out keep their values."),
    destroy=extend_schema(description="Trades stay; a currency that it made known stays known."),
)
