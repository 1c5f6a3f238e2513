"""What the feed's tests play."""

from pathlib import Path

import pytest
from websocket_simulator.tests.recorded import write_recording


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return write_recording(tmp_path)
