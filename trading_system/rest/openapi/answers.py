"""What can be answered: headers, errors, and each status with its examples."""

from collections.abc import Iterable
from typing import Any

from .examples import FORMS, JSON, Exchange, examples
from .shapes import TEXT, Schema, any_of, ref


def header(description: str, schema: Schema = TEXT, **more: Any) -> Schema:
    return {"description": description, "schema": schema, **more}


ETAG = {"ETag": header("Its version.", required=True)}
LOCATION = {"Location": header("Its address.", {**TEXT, "format": "uri"}, required=True)}
REPLAYED = {"Idempotency-Replayed": header("There if the request was carried out before.", {**TEXT, "enum": ["true"]})}
RETRY_AFTER = {"Retry-After": header("When to try again: seconds from now.", {"type": "integer", "minimum": 0})}
CHALLENGE = {"WWW-Authenticate": header("How to say who you are.", {**TEXT, "enum": ["Token"]}, required=True)}
DISPOSITION = {"Content-Disposition": header("The name of a file to save it as.", required=True)}

DETAIL, EITHER = ref("Detail"), any_of("FieldErrors", "Detail")
ERRORS: dict[int, tuple[str, Schema]] = {
    400: ("A field, parameter or header is wrong, and named; or the body is not what it says it is.", EITHER),
    401: (
        "It takes a token or a session; or the token is wrong, has expired, or was revoked.",
        DETAIL,
    ),
    403: ("None of your roles allows it; or a page of another site tried to change something.", DETAIL),
    404: ("There is none.", DETAIL),
    406: ("None of the formats in Accept.", DETAIL),
    409: ("Its name is taken; or a request with the same key is being carried out.", EITHER),
    411: ("A body in chunks, without Content-Length.", DETAIL),
    412: ("It has changed since it was read.", DETAIL),
    413: ("The body is too large.", DETAIL),
    415: ("A body of another type, or in another charset.", DETAIL),
    422: ("The key belongs to a request that was another one.", DETAIL),
    429: ("Too many wrong tokens from this address, or too many requests of this user, in a minute.", DETAIL),
    503: ("The database cannot be reached.", DETAIL),
}
HEADERS = {401: CHALLENGE, 409: RETRY_AFTER, 429: RETRY_AFTER, 503: RETRY_AFTER}
ASK = (400, 401, 403, 406, 411, 413, 429, 503)
SEND = (*ASK, 409, 415)


class Answers:
    """Bodies and answers of a resource's operations, with the examples that these exchanges are."""

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        self.exchanges = tuple(exchanges)

    def body(self, action: str, schemas: dict[str, Schema]) -> Schema:
        """A body of one of these media types."""
        content = {}
        for type_, schema in schemas.items():
            media_type = JSON if type_ in FORMS else type_
            shown = examples(self.exchanges, "body", action=action, media_type=media_type, accepted=True)
            content[type_] = {"schema": schema, **shown}
        return {"required": True, "content": content}

    def answer(
        self, action: str, status: int, why: str, content: dict[str, Schema] | None = None, *headers: Schema
    ) -> Schema:
        """`content` is a schema for each media type."""
        found: Schema = {"description": why, "headers": {name: one for some in headers for name, one in some.items()}}
        if content:
            found["content"] = {
                type_: {
                    "schema": schema,
                    **examples(self.exchanges, "answer", action=action, status=status, answer_type=type_),
                }
                for type_, schema in content.items()
            }
        return {str(status): found}

    def done(self, action: str, status: int, why: str, component: str, *headers: Schema) -> Schema:
        """An answer in JSON."""
        return self.answer(action, status, why, {JSON: ref(component)}, *headers)

    def refused(self, action: str, statuses: Iterable[int]) -> Schema:
        answers: Schema = {}
        for status in statuses:
            why, schema = ERRORS[status]
            answers |= self.answer(action, status, why, {JSON: schema}, HEADERS.get(status, {}))
        return answers
