"""Imports over HTTP: /api/imports/."""

import msgspec
from django.http import Http404
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from rest import pagination
from rest.metrics import CHANGED, DELETED, RESTORED, count
from rest.views import SelectionMixin, StrictView

from .author import username_of
from .filters import ImportFilters
from .import_serializer import ImportSerializer
from .kept import kept_of
from .kept_api import KeptFilesMixin
from .models import Import
from .reversal import Outcome, redo, undo


class ImportViewSet(KeptFilesMixin, StrictView, SelectionMixin, GenericViewSet[Import]):
    """Imports that you see, newest first: those that you made, and those into accounts that you see."""

    queryset = Import.objects.all()
    serializer_class = ImportSerializer
    filterset_class = ImportFilters
    known_parameters = {"list": pagination.PARAMETERS, "create": {"name", "account"}}
    streaming = frozenset({"create"})
    lookup_value_regex = "[1-9][0-9]{0,8}"  # an id; anything else is a 404

    def retrieve(self, request: Request, pk: str) -> Response:
        if kept := kept_of(username_of(request.user)).filter(pk=pk).first():
            return Response(self.preview(kept))
        return Response(self.told(pk))

    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Take its trades out of the ledger, and take back its corrections, except for what was changed since."""
        outcome = undo(int(pk), request.user)
        count(DELETED, outcome.trades)
        count(CHANGED, outcome.corrections)
        return self.answer(pk, outcome)

    @action(detail=True, methods=["post"])
    def redo(self, request: Request, pk: str) -> Response:
        """Put back what the undo took."""
        outcome = redo(int(pk), request.user)
        count(RESTORED, outcome.trades)
        count(CHANGED, outcome.corrections)
        return self.answer(pk, outcome)

    def answer(self, pk: str, outcome: Outcome) -> Response:
        """The import as it is now, with what became of its trades."""
        names = ("trades", "corrections", "left", "left_trades")
        return Response({"import": self.told(pk), **{name: getattr(outcome, name) for name in names}})

    def told(self, pk: str) -> msgspec.Raw:
        """The import as JSON; Http404 if the user does not see it."""
        found = Import.objects.selection_for(self.request.user).where("id = %s", int(pk)).head(1)
        if not found:
            raise Http404
        return msgspec.Raw(found[0].encode())
