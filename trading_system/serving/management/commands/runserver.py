"""`manage.py runserver`, for many clients at once and, in development, for this machine only."""

import ipaddress
import socket
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.management.commands import runserver
from django.core.management.base import CommandError
from django.core.servers.basehttp import WSGIServer


class Server(WSGIServer):
    request_queue_size = socket.SOMAXCONN  # waiting connections; Django's ten are too few


class Command(runserver.Command):
    server_cls = Server
    addr: str  # set by handle()

    def run(self, **options: Any) -> None:
        if settings.DEBUG and not is_loopback(self.addr):
            raise CommandError(
                f"other machines could reach the ledger at {self.addr}, and in development nobody has to log in: "
                "listen on 127.0.0.1, or set DEBUG=false and what it needs"
            )
        super().run(**options)


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches `address`; a name other than localhost may be anything."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
