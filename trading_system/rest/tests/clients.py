"""What tests ask the API with."""

from typing import Any

from rest_framework.test import APIClient


class ApiClient(APIClient):
    """Every error names its request: that is looked at here, for all tests, so that they compare what else it says."""

    def request(self, **environ: Any) -> Any:
        answer = super().request(**environ)
        read = answer.json
        answer.json = lambda **options: without_request(answer, read(**options))
        return answer


def without_request(answer: Any, body: Any) -> Any:
    """An error's body without the `request_id`, which has to be that of the header."""
    if answer.status_code < 400:
        return body
    assert body["request_id"] == answer["X-Request-ID"]
    return {name: value for name, value in body.items() if name != "request_id"}
