"""Serializers that ignore nothing, and whose fields are made once."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.utils.serializer_helpers import BindingDict

NOT_DATA = {"csrfmiddlewaretoken"}  # sent along by the browsable API's forms


class Strict(serializers.Serializer[Any]):
    """A field that is unknown, or that a form has twice, is an error; those that the server sets may come along."""

    @property
    def fields(self) -> BindingDict:
        return shared_fields(type(self), bool(self.partial))

    def to_internal_value(self, data: Any) -> Any:
        is_form = isinstance(data, QueryDict)
        if isinstance(data, Mapping) and (unknown := data.keys() - set(self.fields) - (NOT_DATA if is_form else set())):
            raise serializers.ValidationError({name: ["Unknown field."] for name in sorted(unknown)})
        if is_form and (repeated := [name for name, values in data.lists() if len(values) > 1]):
            raise serializers.ValidationError({name: ["Given more than once."] for name in repeated})
        return super().to_internal_value(data)


@cache
def shared_fields(kind: type[Strict], partial: bool) -> BindingDict:
    """The fields of all serializers of a kind: to make them takes longer than to use them, and they keep nothing.

    Their `root`, of which they ask whether it is partial, is a serializer without data.
    """
    return super(Strict, kind(partial=partial)).fields
