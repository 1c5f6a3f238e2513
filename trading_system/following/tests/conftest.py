"""What tests of a follower speak of."""

import threading
from collections.abc import Iterator

import pytest

from following.tests.answers import Answers


@pytest.fixture
def answers() -> Iterator[Answers]:
    with Answers() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.shutdown()
        thread.join()
