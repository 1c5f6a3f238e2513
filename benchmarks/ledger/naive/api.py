"""The ledger as it is usually written first: page numbers, casts to dates, a serializer for each row."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.pagination import PageNumberPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import ModelSerializer
from rest_framework.viewsets import ModelViewSet

from trades.models import Trade


class TradeSerializer(ModelSerializer[Trade]):
    class Meta:
        model = Trade
        fields = "__all__"


class TradeFilter(filters.FilterSet):
    start_date = filters.DateFilter(field_name="timestamp", lookup_expr="date__gte")
    end_date = filters.DateFilter(field_name="timestamp", lookup_expr="date__lte")

    class Meta:
        model = Trade
        fields = ("ticker",)


class Pages(PageNumberPagination):
    page_size = 100


class TradeViewSet(ModelViewSet[Trade]):
    queryset: QuerySet[Trade] = Trade.objects.filter(account=1)  # which the indexes begin with
    serializer_class = TradeSerializer
    filter_backends = (filters.DjangoFilterBackend,)
    filterset_class = TradeFilter
    pagination_class = Pages
    renderer_classes = (JSONRenderer,)
