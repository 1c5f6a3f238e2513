"""What can be answered: headers, errors, and each status with its examples."""

from collections.abc import Iterable
from typing import Any

from .examples import JSON, examples
from .shapes import TEXT, Schema, any_of, ref


def header(description: str, schema: Schema = TEXT, **more: Any) -> Schema:
    return {"description": description, "schema": schema, **more}


ETAG = {"ETag": header("The trade's version.", required=True)}
LOCATION = {"Location": header("The trade's address.", {**TEXT, "format": "uri"}, required=True)}
REPLAYED = {"Idempotency-Replayed": header("There if the request was carried out before.", {**TEXT, "enum": ["true"]})}
RETRY_AFTER = {"Retry-After": header("When to try again: seconds from now.", {"type": "integer", "minimum": 0})}
DISPOSITION = {"Content-Disposition": header("The name of a file to save it as.", required=True)}

DETAIL, EITHER = ref("Detail"), any_of("FieldErrors", "Detail")
ERRORS: dict[int, tuple[str, Schema]] = {
    400: ("A field, parameter or header is wrong, and named; or the body is not what it says it is.", EITHER),
    403: ("A page of another site tried to change trades.", DETAIL),
    404: ("No such trade.", DETAIL),
    406: ("None of the formats in Accept.", DETAIL),
    409: ("Another trade has the external_id; or a request with the same key is being carried out.", EITHER),
    411: ("A body in chunks, without Content-Length.", DETAIL),
    412: ("The trade has changed since it was read.", DETAIL),
    413: ("The body is too large.", DETAIL),
    415: ("A body of another type, or in another charset.", DETAIL),
    422: ("The key belongs to a request that was another one.", DETAIL),
    503: ("The database cannot be reached.", DETAIL),
}
READ = (400, 406, 411, 413, 503)
WRITE = (*READ, 403)
SEND = (*WRITE, 409, 415)


def answer(action: str, status: int, why: str, content: dict[str, Schema] | None = None, *headers: Schema) -> Schema:
    """`content` is a schema for each media type."""
    found: Schema = {"description": why, "headers": {name: one for some in headers for name, one in some.items()}}
    if content:
        found["content"] = {
            type_: {"schema": schema, **examples(action, "answer", status=status, answer_type=type_)}
            for type_, schema in content.items()
        }
    return {str(status): found}


def done(action: str, status: int, why: str, component: str, *headers: Schema) -> Schema:
    """An answer in JSON."""
    return answer(action, status, why, {JSON: ref(component)}, *headers)


def refused(action: str, statuses: Iterable[int]) -> Schema:
    answers: Schema = {}
    for status in statuses:
        why, schema = ERRORS[status]
        answers |= answer(action, status, why, {JSON: schema}, RETRY_AFTER if status in (409, 503) else {})
    return answers
