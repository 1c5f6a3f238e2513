"""An operation in the document: what its resource says of it, and what all have in common, such as errors."""

import re
from typing import Any

from django.conf import settings
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import get_doc
from drf_spectacular.utils import OpenApiParameter

from idempotency.models import KEY_FORM, KEY_LENGTH

from ..bodies import JSON
from ..etags import ETagMixin
from ..pagination import KeysetPagination
from .examples import show
from .extensions import CURSOR, PAGING, TEXT, Schema, object_schema, parameter, text_schema

ERRORS = {
    400: "The answer names the wrong field, parameter or header. Or the body does not match its Content-Type.",
    401: "There is no token and no session; or the token is wrong, has expired, or was revoked.",
    403: "None of your roles allows it; or you may only read the account; or a page of another site tried to write.",
    404: "Nothing has this id or ticker.",
    406: "None of the formats in Accept is available.",
    409: "A name or an id is taken, or a limit is reached, or it is in use; or a request with the key is in progress; "
    "or the cursor of changes does not hold any more.",
    411: "The body came in chunks, without Content-Length.",
    412: "It has changed since it was read.",
    413: "The body is too large.",
    415: "The body's type or charset is not supported.",
    422: "The key was used for a different request.",
    429: "Too many failed tokens from this IP address, or too many heavy requests from this user, in a minute.",
    503: "The database cannot be reached, or it is read-only and the request writes.",
}
ALWAYS = {400, 401, 403, 406, 411, 413, 429, 503}
IF = {
    404: {"path"},
    409: {"POST", "PUT", "PATCH", "after"},
    412: {"If-Match"},
    415: {"requestBody"},
    422: {"Idempotency-Key"},
}
WAIT = {"description": "Seconds to wait before trying again.", "schema": {"type": "integer", "minimum": 0}}
CHALLENGE = {"description": "How to authenticate.", "schema": {**TEXT, "enum": ["Token"]}, "required": True}
HEADERS = {401: {"WWW-Authenticate": CHALLENGE}, **{status: {"Retry-After": WAIT} for status in (409, 429, 503)}}
REQUEST_ID = {**TEXT, "description": "Finds the request in the log; the X-Request-ID of the answer."}
TEXTS = {"type": "array", "items": TEXT, "minItems": 1}
COMPONENTS = {
    "Detail": object_schema({"detail": TEXT, "request_id": REQUEST_ID}),
    "FieldErrors": object_schema({"request_id": REQUEST_ID}, minProperties=2, additionalProperties=TEXTS)
    | {"description": "What is wrong with each field, parameter or header."},
}


def header(name: str, schema: Schema, description: str, *statuses: int, required: bool = True) -> OpenApiParameter:
    """A header of answers with these statuses, or of requests if there are none."""
    required = required and bool(statuses)
    return parameter(name, schema, description, "header", response=list(statuses), required=required)


KEY = text_schema(KEY_FORM, minLength=1, maxLength=KEY_LENGTH)
ONCE = [
    header("Idempotency-Key", KEY, "A name of this request: however often it is sent, it is carried out once."),
    header("Idempotency-Replayed", {**TEXT, "const": "true"}, "Only on a repeated answer.", 200, 201, required=False),
]
IF_MATCH = header("If-Match", {**TEXT, "default": "*"}, "ETags of versions: 412 if none of them is current. * is any.")
SEEN = header("If-None-Match", {**TEXT, "default": '""'}, "ETags that you have: 304 if one of them is current.")
ETAG = header("ETag", TEXT, "Its version.", 200, 201, 304)
LOCATION = header("Location", {**TEXT, "format": "uri"}, "Its address.", 201)
FILE_NAME = header("Content-Disposition", TEXT, "The name of a file to save it as.", 200)
# Of every action: the operation's name, why it answers what, and what comes along where there are versions.
ACTIONS: dict[str, tuple[str, dict[int, str], list[OpenApiParameter]]] = {
    "list": ("list_{}s", {200: "A page."}, []),
    "create": ("add_{}", {200: "The {} was there already.", 201: "The {} was added."}, [ETAG, *ONCE]),
    "retrieve": ("get_{}", {200: "The {}.", 304: "You have this version."}, [SEEN, ETAG]),
    "update": ("replace_{}", {200: "The {} as it is now."}, [IF_MATCH, ETAG]),
    "partial_update": ("change_{}", {200: "The {} as it is now."}, [IF_MATCH, ETAG]),
    "destroy": ("delete_{}", {204: "It is gone."}, [IF_MATCH]),
    "restore": ("restore_{}", {200: "The {}."}, [ETAG]),
    "acknowledge": ("acknowledge_{}", {200: "The {} as it is now."}, []),
    "reopen": ("reopen_{}", {200: "The {} as it is now."}, []),
    "withdraw": ("withdraw_{}", {200: "The {} as it is now."}, []),
    "rotate_secret": ("rotate_{}_secret", {200: "The {}, with its new secret."}, []),
    "ping": ("ping_{}", {201: "The message waits."}, []),
    "deliveries": ("list_{}_deliveries", {200: "A page."}, []),
    "redeliver": ("redeliver_{}_delivery", {200: "The delivery that waits."}, []),
    "undo": ("undo_{}", {200: "What became of it."}, []),
    "redo": ("redo_{}", {200: "What became of it."}, []),
    "history": ("get_{}_history", {200: "A page of events, newest first, also of a deleted trade."}, [CURSOR]),
    "changes": ("follow_{}s", {200: "What came next, and a cursor behind it."}, []),
    "summary": ("sum_up_{}s", {200: "Totals of the trades that match all filters, sorted by ticker."}, []),
    "export": ("export_{}s", {200: "A file."}, [FILE_NAME]),
    "bulk": ("import_{}s", {200: "Nothing had to be added.", 201: "Some were added."}, ONCE),
    "book": ("book_{}", {200: "Nothing had to be added.", 201: "Some were added."}, []),
}


class Token(OpenApiAuthenticationExtension):
    target_class = "access.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> Schema:
        return {"type": "http", "scheme": "bearer", "description": "The token that manage.py create_token printed."}


class Session(SessionScheme):
    name, priority = "session", 0


class ResourceSchema(AutoSchema):
    """Completes an operation with what ACTIONS, ERRORS and the examples say of it."""

    view: Any

    @property
    def has_versions(self) -> bool:
        """Whether it has ETags, and can be created once for a key."""
        return isinstance(self.view, ETagMixin)

    @property
    def noun(self) -> str:
        """What one of the resource is called, from its name in the router."""
        return str(self.view.basename).replace("-", " ")

    def get_operation_id(self) -> str:
        return ACTIONS[self.view.action][0].format(self.noun.replace(" ", "_"))

    def get_summary(self) -> str:
        article = " an " if self.noun[0] in "aeiou" else " a "
        return re.sub(f" (?={self.noun}$)", article, self.get_operation_id().replace("_", " ")).capitalize()

    def get_description(self) -> str:  # type: ignore[override]
        action = getattr(self.view, self.view.action)
        return get_doc(action) if hasattr(action, "mapping") else ""  # only actions beyond DRF's usual ones

    def get_override_parameters(self) -> list[Any]:
        found = list(ACTIONS[self.view.action][2]) if self.has_versions else []
        has_fields = getattr(self.view, "serializer_class", None)  # others say themselves what is in an address
        fields = self.view.get_serializer_class()().fields if has_fields else {}
        for name in [name for name in re.findall(r"{(\w+)}", self.path) if name in fields]:
            schema = self._map_serializer_field(fields[name], "response")  # type: ignore[no-untyped-call]
            found.append(parameter(name, schema, f"The {self.noun}'s {name}.", "path"))
        by_time = getattr(self.view, "pagination_class", None) is KeysetPagination
        more = {"create": [LOCATION], "list": PAGING if by_time else []}
        return found + more.get(self.view.action, [])

    def get_response_serializers(self) -> Any:
        statuses = [status for status in ACTIONS[self.view.action][1] if status != 304 or self.has_versions]
        return {status: self.view.get_serializer_class() if status < 204 else None for status in statuses}

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}Page"

    def get_auth(self) -> list[Schema]:
        return super().get_auth() if settings.LOGIN_REQUIRED else []

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation: Any = super().get_operation(*args, **kwargs)
        if operation is not None:  # as what is no part of the API
            operation.get("requestBody", {})["required"] = True
            responses = operation["responses"]
            for status, why in ACTIONS[self.view.action][1].items():
                answer = responses.get(str(status), {})
                answer["description"] = ("content" in answer and answer["description"]) or why.format(self.noun)
            parameters = operation.get("parameters", [])
            signs = {self.method, *operation, *(one[what] for one in parameters for what in ("name", "in"))}
            declared = {int(status) for status in responses if status >= "400"}
            for status in sorted(ALWAYS | declared | {status for status, any_ in IF.items() if any_ & signs}):
                responses[str(status)] = error_response(status, responses.get(str(status), {}))
            show(type(self.view).__module__.partition(".")[0], operation)
        return operation


def error_response(status: int, own: Schema) -> Schema:
    """`own` is what the resource alone answers."""
    names = ["FieldErrors", "Detail"] if status in (400, 409) else ["Detail"]
    shapes = [one["schema"] for one in own.get("content", {}).values()]
    shapes += [{"$ref": f"#/components/schemas/{name}"} for name in names]
    content = {JSON: {"schema": {"anyOf": shapes} if len(shapes) > 1 else shapes[0]}}
    return {"description": ERRORS[status], "headers": HEADERS.get(status, {}), "content": content}


def complete(result: Schema, **_: Any) -> Schema:
    """The last step: shapes of errors."""
    result["components"]["schemas"] |= COMPONENTS
    return result
