"""Messages are signed after Standard Webhooks, version 1 of its symmetric form: https://www.standardwebhooks.com."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime
from secrets import token_bytes

PREFIX = "whsec_"
SECRET_BYTES = 32  # of the 24 to 64 that the standard allows


def new_secret() -> str:
    """A secret as the standard writes one."""
    return PREFIX + b64encode(token_bytes(SECRET_BYTES)).decode()


def signed_headers(message: str, body: bytes, secrets: Iterable[str], now: datetime) -> dict[str, str]:
    """The headers that make a message of a body: its id, the time of the attempt, a signature by each secret."""
    timestamp = str(int(now.timestamp()))
    content = f"{message}.{timestamp}.".encode() + body
    signatures = " ".join(f"v1,{signature(secret, content)}" for secret in secrets)
    return {"webhook-id": message, "webhook-timestamp": timestamp, "webhook-signature": signatures}


def signature(secret: str, content: bytes) -> str:
    """HMAC-SHA256 in base64, by the bytes that the secret stands for."""
    key = b64decode(secret.removeprefix(PREFIX))
    return b64encode(hmac.digest(key, content, "sha256")).decode()
