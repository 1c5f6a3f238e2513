"""What a WSGI server imports."""

import os
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trading_system.settings")
django.setup(set_prefix=False)


class Service(WSGIHandler):
    """A Content-Type that Django cannot read is none: it would fail before anybody can answer with 415."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        try:
            parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        except ValueError:
            environ["CONTENT_TYPE"] = ""
        return super().__call__(environ, start_response)


application = Service()
