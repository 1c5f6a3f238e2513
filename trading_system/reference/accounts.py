"""Accounts over HTTP: /api/accounts/. An account that the user does not see is answered as one that never was."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from rest.etags import ETagMixin
from rest.views import CreateOnceMixin, StrictView

from .account_serializer import AccountSerializer
from .managers import seen_by
from .models import Account


class AccountViewSet(StrictView, ETagMixin, CreateOnceMixin, ModelViewSet[Account]):
    """Accounts that you see, by name: those without members, and those that you are a member of."""

    queryset = Account.objects.with_members()
    serializer_class = AccountSerializer
    filter_backends = ()
    pagination_class = None  # MAX_ACCOUNTS bounds the list
    lookup_value_regex = "[1-9][0-9]{0,18}"

    def get_queryset(self) -> Any:
        """What is to be changed is locked: an import into the account ends before its members change."""
        accounts: Any = super().get_queryset()
        seen = accounts.within(seen_by(self.request.user))
        return self.locked(seen, no_key=self.action != "destroy")  # trades may be booked while it changes

    def check_object_permissions(self, request: Request, obj: Account) -> None:
        super().check_object_permissions(request, obj)
        if request.method not in SAFE_METHODS:
            self.require_open(request, obj)

    def require_open(self, request: Request, account: Account) -> None:
        """404 if the user has ceased to be a member while this waited for the lock; 403 for a viewer."""
        get_object_or_404(Account.objects.within(seen_by(request.user)), pk=account.pk)
        try:
            Account.objects.require_open(account, request.user)
        except PermissionDenied as refused:
            self.permission_denied(request, str(refused))

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response({"results": super().list(request).data})

    def perform_destroy(self, instance: Account) -> None:
        self.require_match(instance)
        instance.remove()
