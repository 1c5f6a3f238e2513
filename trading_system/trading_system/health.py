"""How the service is, for those who watch over it: is the process alive, and can it work?"""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from access.permissions import for_reading_programs
from rest.errors import Unavailable


@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked, the database least of all."""
    return said("ok")


@never_cache
@require_safe
@for_reading_programs
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration; 503 with the reason if not."""
    executor = MigrationExecutor(connection)  # an outage is answered by the middleware
    missing = [str(step) for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    if missing:
        return said(f"Migrations are missing: {', '.join(missing)}. Run manage.py migrate.", status=503)
    return said("ready")


def said(text: str, status: int = 200) -> HttpResponse:
    headers = {"Retry-After": str(Unavailable.wait)} if status == Unavailable.status_code else {}
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain", headers=headers)
