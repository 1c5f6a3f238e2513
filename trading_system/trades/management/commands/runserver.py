"""`manage.py runserver`, for many clients at once."""

import socket

from django.contrib.staticfiles.management.commands import runserver
from django.core.servers.basehttp import WSGIServer


class Server(WSGIServer):
    request_queue_size = socket.SOMAXCONN  # connections that wait; beyond Django's ten, they would be cut off


class Command(runserver.Command):
    server_cls = Server
