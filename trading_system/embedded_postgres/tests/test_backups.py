"""Which of PostgreSQL's programs read and write a backup."""

from pathlib import Path

import pytest

from embedded_postgres.backups import program_of
from embedded_postgres.programs import MAJOR, ServerError


def test_the_wheels_suit_a_server_of_their_version() -> None:
    assert Path(program_of("pg_dump", int(MAJOR))).is_file()


def test_another_server_has_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pg_dump").write_text("#!/bin/sh\n")
    (tmp_path / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program_of("pg_dump", 16) == str(tmp_path / "pg_dump")
    with pytest.raises(ServerError, match="the server is PostgreSQL 16: its pg_restore is needed"):
        program_of("pg_restore", 16)
