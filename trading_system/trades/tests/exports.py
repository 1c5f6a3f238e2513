"""Trades as a file that the API sent."""

from rest_framework.test import APIClient

URL = "/api/trades/export/"
MEDIA_TYPES = {"csv": "text/csv", "ndjson": "application/x-ndjson"}


def export(api: APIClient, **parameters: str) -> bytes:
    answer = api.get(URL, parameters)
    assert answer.status_code == 200, answer.content
    return bytes(answer.getvalue())
