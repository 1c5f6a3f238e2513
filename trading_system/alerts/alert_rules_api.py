"""What raises an alert, over HTTP: /api/alert-rules/."""

from rest_framework.viewsets import ModelViewSet

from rest.etags import ETagMixin
from rest.views import CreateOnceMixin, StrictView

from .alert_rule_serializer import AlertRuleSerializer
from .alert_rules import AlertRule
from .polling import PolledMixin


class AlertRuleViewSet(StrictView, PolledMixin, ETagMixin, CreateOnceMixin, ModelViewSet[AlertRule]):
    """The rules that a watch takes from the ledger, by name."""

    queryset = AlertRule.objects.all()
    serializer_class = AlertRuleSerializer
