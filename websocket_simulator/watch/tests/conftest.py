"""Where the watch's tests send alerts."""

from collections.abc import Iterator

import pytest
from websocket_simulator.tests.ledger import Ledger


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger() as made:
        yield made
