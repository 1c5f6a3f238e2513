from dataclasses import replace
from pathlib import Path

import pytest

from venues.keys import MissingKeyError, keys_of, without_keys

from .toy import TOY

LOCKED = replace(TOY, keys=("TOY_KEY", "TOY_SECRET"))


def test_public_streams_need_no_key() -> None:
    assert keys_of(TOY, {}) == {}


def test_keys_come_from_the_environment_or_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3\n")
    given = {"TOY_KEY": " k1 ", "TOY_SECRET_FILE": str(tmp_path / "secret")}
    assert keys_of(LOCKED, given) == {"TOY_KEY": "k1", "TOY_SECRET": "s3"}


def test_an_error_names_what_is_missing() -> None:
    with pytest.raises(MissingKeyError, match="toy needs TOY_SECRET: set TOY_SECRET, or TOY_SECRET_FILE"):
        keys_of(LOCKED, {"TOY_KEY": "k"})


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingKeyError, match=r"TOY_KEY_FILE: .*gone: No such file"):
        keys_of(LOCKED, {"TOY_KEY_FILE": str(tmp_path / "gone"), "TOY_SECRET": "s"})


@pytest.mark.parametrize("key", [" ", "a\x00b", "x" * 1001])
def test_what_is_no_key_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(MissingKeyError, match="TOY_KEY: it is no key") as refused:
        keys_of(LOCKED, {"TOY_KEY": key, "TOY_SECRET": "s"})
    assert key not in str(refused.value).replace(" ", "") or not key.strip()


def test_a_text_is_shown_without_keys() -> None:
    assert without_keys("refused: abc at /?token=abc", {"K": "abc"}) == "refused: … at /?token=…"
