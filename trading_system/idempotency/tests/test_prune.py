"""`manage.py prune_idempotency_keys`"""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from idempotency.models import IdempotencyKey

pytestmark = pytest.mark.django_db
NO_NUMBER, OUTSIDE = "invalid int value", "must be from 0 to 999999"


@pytest.fixture
def keys() -> None:
    """One of each of these ages, in hours, by which it is named."""
    for hours in (0, 1, 23, 25, 1000):
        IdempotencyKey.objects.create(
            scope="s", key=f"{hours}", fingerprint=b"", status=201, headers={}, body="{}",
            created_at=timezone.now() - timedelta(hours=hours),
        )  # fmt: skip


def prune(*words: str) -> str:
    out = StringIO()
    call_command("prune_idempotency_keys", *words, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("words", "said", "left"),
    [
        ([], "Keys forgotten: 2\n", {"0", "1", "23"}),
        (["--hours", "24"], "Keys forgotten: 2\n", {"0", "1", "23"}),
        (["--hours=2"], "Keys forgotten: 3\n", {"0", "1"}),
        (["--hours", "999999"], "Keys forgotten: 0\n", {"0", "1", "23", "25", "1000"}),
        (["--hours", "0"], "Keys forgotten: 5\n", set()),
    ],
)
@pytest.mark.usefixtures("keys")
def test_it_forgets_old_answers_only_and_says_how_many(words: list[str], said: str, left: set[str]) -> None:
    assert prune(*words) == said
    assert set(IdempotencyKey.objects.values_list("key", flat=True)) == left


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("-1", OUTSIDE),
        ("1000000", OUTSIDE),
        ("1" * 30, OUTSIDE),
        ("1.5", NO_NUMBER),
        ("many", NO_NUMBER),
        ("", NO_NUMBER),
    ],
)
@pytest.mark.usefixtures("keys")
def test_hours_that_are_none_are_wrong_usage_and_nothing_is_forgotten(hours: str, said: str) -> None:
    with pytest.raises(CommandError, match=f"hours.*{said}") as caught:
        prune(f"--hours={hours}")
    assert caught.value.returncode == (2 if said == OUTSIDE else 1)  # of those Django makes 2 only in a terminal
    assert IdempotencyKey.objects.count() == 5
