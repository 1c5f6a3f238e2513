"""The alerts' part of the API's description."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view

from rest.openapi.answers import ASK, LOCATION, SEND, Answers
from rest.openapi.examples import JSON
from rest.openapi.inputs import PAGING, filter_parameters, parameter
from rest.openapi.shapes import TEXT, Schema, ref

from ..api import AlertViewSet
from ..filters import AlertFilter, KindField
from ..models import Kind
from .examples import EXCHANGES, NEW
from .shapes import NAME

told = Answers(EXCHANGES)
KINDS: dict[type, Schema] = {KindField: {**TEXT, "enum": ["", *Kind.values], "default": ""}}
ALERT_ID = parameter("id", NAME, "The alert's id.", "path", required=True, example=NEW["id"])

LIST: dict[str, Any] = {
    "operationId": "list_alerts",
    "summary": "List alerts",
    "tags": ["alerts"],
    "parameters": [*filter_parameters(AlertFilter, KINDS), *PAGING],
    "responses": told.done("list", 200, "A page.", "AlertPage") | told.refused("list", ASK),
}
CREATE: dict[str, Any] = {
    "operationId": "add_alert",
    "summary": "Add an alert",
    "description": "The object that client.py --json prints. The same id again changes nothing.",
    "tags": ["alerts"],
    "requestBody": told.body("create", {JSON: ref("NewAlert")}),
    "responses": told.done("create", 200, "The alert was there already.", "Alert")
    | told.done("create", 201, "The alert was added.", "Alert", LOCATION)
    | told.refused("create", SEND),
}
RETRIEVE: dict[str, Any] = {
    "operationId": "get_alert",
    "summary": "Get an alert",
    "tags": ["alerts"],
    "parameters": [ALERT_ID],
    "responses": told.done("retrieve", 200, "The alert.", "Alert") | told.refused("retrieve", (*ASK, 404)),
}
ACTIONS = {"list": LIST, "create": CREATE, "retrieve": RETRIEVE}


def described(view: type[AlertViewSet]) -> type[AlertViewSet]:
    actions = {name: extend_schema(operation=operation) for name, operation in ACTIONS.items()}
    made: type[AlertViewSet] = extend_schema_view(**actions)(view)
    return made
