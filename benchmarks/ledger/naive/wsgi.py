"""The naive peer beside the ledger: the same settings and middleware, addresses of its own."""

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest


class Request(WSGIRequest):
    urlconf = "ledger.naive.urls"


class Handler(WSGIHandler):
    request_class = Request


application = Handler()
