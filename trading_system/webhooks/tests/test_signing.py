"""Messages are signed as Standard Webhooks says; its own library looks at that."""

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from webhooks.signing import PREFIX, new_secret, signed_headers

BODY = b'{"type":"trade.inserted","data":{"note":"\xc3\xa9"}}'


def test_each_secret_verifies_what_was_signed_with_it() -> None:
    one, other = new_secret(), new_secret()
    headers = signed_headers("msg_1", BODY, [one, other], datetime.now(UTC))
    for secret in (one, other):
        assert Webhook(secret).verify(BODY, headers) == json.loads(BODY)


def test_nothing_else_is_verified() -> None:
    secret, now = new_secret(), datetime.now(UTC)
    headers = signed_headers("msg_1", BODY, [secret], now)
    wrong = [
        (new_secret(), BODY, headers),
        (secret, BODY + b" ", headers),
        (secret, BODY, headers | {"webhook-id": "msg_2"}),
        (secret, BODY, headers | {"webhook-timestamp": str(int(now.timestamp()) + 1)}),
        (secret, BODY, signed_headers("msg_1", BODY, [secret], now - timedelta(minutes=6))),  # sent again by others
    ]
    for key, body, sent in wrong:
        with pytest.raises(WebhookVerificationError):
            Webhook(key).verify(body, sent)


def test_the_signature_is_that_of_the_standards_example() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # of the specification
    headers = signed_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', [secret], datetime.fromtimestamp(1614265330, UTC)
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_has_as_many_bytes_as_the_standard_asks_for() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(24 <= len(b64decode(secret.removeprefix(PREFIX), validate=True)) <= 64 for secret in secrets)
