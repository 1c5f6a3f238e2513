"""The feed's heartbeat, by which a reader tells quiet from mute."""

import asyncio
from datetime import UTC, datetime

from feed.broadcast import Feed

HEARTBEAT = 5.0  # seconds between two


async def beat(feed: Feed) -> None:
    """Send heartbeats for ever, whatever the ticks do; as long as nobody reads, there is nothing to do."""
    while True:
        await feed.occupied.wait()
        await asyncio.sleep(HEARTBEAT)
        feed.beat(datetime.now(UTC))
