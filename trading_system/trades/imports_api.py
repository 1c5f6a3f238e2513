"""Imports over HTTP: /api/imports/."""

from rest_framework.viewsets import GenericViewSet

from rest.views import StrictView

from .imports import Import
from .kept_api import KeptFilesMixin


class ImportViewSet(KeptFilesMixin, StrictView, GenericViewSet):
    queryset = Import.objects.all()
    known_parameters = {"create": {"name", "account"}}
    streaming = frozenset({"create"})
    lookup_value_regex = "[1-9][0-9]{0,18}"
