"""What watches over the service is told the truth."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import OperationalError
from django.test import Client


def test_the_process_answers_without_its_database(client: Client) -> None:
    answer = client.get("/livez")  # a test without the django_db mark cannot reach one
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ready_with_every_migration(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")


@pytest.mark.django_db
def test_not_ready_without_a_migration_which_is_named(client: Client) -> None:
    recorder = MigrationRecorder(connection)
    last = recorder.migration_qs.filter(app="alerts").latest("pk")
    recorder.record_unapplied("alerts", last.name)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert f"alerts.{last.name}" in answer.content.decode()
    assert answer["Retry-After"] == "1"


@pytest.mark.django_db
def test_not_ready_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("no server")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/readyz")
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert answer.content == b"The database cannot be reached; try again.\n"


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_nothing_can_be_sent_to_them(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
