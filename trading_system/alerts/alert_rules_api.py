"""What raises an alert, over HTTP: /api/alert-rules/."""

from rest_framework.viewsets import ModelViewSet

from rest.etags import ETagMixin
from rest.parsers import ExactJSONParser
from rest.views import CreateOnceMixin, StrictView

from .alert_rule_serializer import AlertRuleSerializer
from .alert_rules import AlertRule
from .polling import PolledListMixin


class AlertRuleViewSet(StrictView, PolledListMixin, ETagMixin, CreateOnceMixin, ModelViewSet[AlertRule]):
    """The rules that a watch takes from the ledger, by name."""

    queryset = AlertRule.objects.all()
    serializer_class = AlertRuleSerializer
    filter_backends = ()
    parser_classes = (ExactJSONParser,)  # a form has no lists
    lookup_value_regex = "[1-9][0-9]{0,8}"
