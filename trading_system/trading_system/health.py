"""Liveness and readiness: is the process alive, and can it do all of its work?"""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from access.permissions import for_reading_programs
from rest.errors import ReadOnly, Unavailable


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers. It asks nothing else, least of all the database."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@for_reading_programs
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers, has every migration, and can be written to; 503 with the reason if not."""
    executor = MigrationExecutor(connection)
    missing = [str(step) for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    if missing:
        raise Unavailable(f"Migrations are missing: {', '.join(missing)}. Run manage.py migrate.")
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        if cursor.fetchone() == ("on",):
            raise ReadOnly
    return HttpResponse("ready\n", content_type="text/plain")
