"""What holds for the whole test run, and its end."""

import os
from typing import Any

import hypothesis
import run_directory
from django.conf import settings
from django.test.client import ClientMixin

from embedded_postgres.base import server_in

# How long an example takes says little on a busy machine.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")
parse_json = ClientMixin._parse_json  # type: ignore[attr-defined]


def parse_json_without_id(client: Any, response: Any, **options: Any) -> Any:
    """Every error names its request: that is looked at here, for all tests, so that they compare what else it says."""
    body = parse_json(client, response, **options)
    if response.status_code < 400:
        return body
    assert body["request_id"] == response["X-Request-ID"]
    return {name: value for name, value in body.items() if name != "request_id"}


ClientMixin._parse_json = parse_json_without_id  # type: ignore[attr-defined]


def pytest_unconfigure() -> None:
    server_in(settings.DATA_DIR).leave()
    run_directory.remove(settings.RUN_DIRECTORY)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors, as tests of processes wait most of the time."""
    return (os.cpu_count() or 1) + 1
