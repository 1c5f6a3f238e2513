"""What holds for the whole test run, and the end of the database server that it started."""

import os
import shutil
from typing import Any

import hypothesis
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
    server = server_in(settings.DATA_DIR)
    server.leave()
    server.stop()
    shutil.rmtree(server.home.resolve(), ignore_errors=True)
    shutil.rmtree(server.data_dir, ignore_errors=True)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors, as tests of processes wait most of the time."""
    return (os.cpu_count() or 1) + 1
