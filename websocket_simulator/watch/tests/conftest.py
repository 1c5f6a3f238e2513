"""Where the watch's tests send alerts."""

from collections.abc import Iterator

import pytest
from websocket_simulator.tests.ledger import Ledger

from .mailbox import Mailbox
from .webhook import Webhook


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger() as made:
        yield made


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as made:
        yield made


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as made:
        yield made
