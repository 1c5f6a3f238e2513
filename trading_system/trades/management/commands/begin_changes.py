"""`manage.py begin_changes`: whoever follows the changes of the ledger begins anew."""

from typing import Any

from django.core.management.base import BaseCommand

from trades.ledger import begin_anew


class Command(BaseCommand):
    help = (
        "Make the ledger another one for those who follow its changes: after its database was restored, copied or put "
        "into another server otherwise than by `restore`, which does it itself. Their cursors are refused from then on."
    )
    requires_system_checks = ()

    def handle(self, *, verbosity: int, **options: Any) -> None:
        if begin_anew() and verbosity:
            self.stdout.write("whoever follows the changes begins anew")
