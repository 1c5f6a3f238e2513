#!/usr/bin/env bash
# drf-spectacular 0.30.0: a text field that may be empty, and whose pattern allows the empty text, is described so that
# the empty text is invalid.
#
# Guess:       allow_blank=True with RegexValidator(r"\A[a-z]*\Z") becomes {"type": "string", "pattern": "^[a-z]*$"}.
# Behaviour:   it becomes oneOf: [{the pattern}, {maxLength: 0}]. Both branches match "", and oneOf asks for exactly one.
# Consequence: clients and fuzzers that go by the document refuse or never send the value that every form sends for a
#              field that was left empty, while the service accepts it. A pattern without the empty text is described well.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  django==5.2.19 djangorestframework==3.18.3 drf-spectacular==0.30.0 jsonschema==4.26.0
cat >"$folder/describe.py" <<'PYTHON'
import json
import sys

import django
from django.conf import settings

settings.configure(
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["rest_framework", "drf_spectacular"],
    REST_FRAMEWORK={"DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema", "UNAUTHENTICATED_USER": None},
    SPECTACULAR_SETTINGS={"OAS_VERSION": "3.1.0"},
)
django.setup()

from django.core.validators import RegexValidator
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from rest_framework import generics, serializers


class Order(serializers.Serializer):
    note = serializers.CharField(allow_blank=True, validators=[RegexValidator(r"\A[a-z]*\Z")])


class Orders(generics.CreateAPIView):
    serializer_class = Order


urlpatterns = [path("orders/", Orders.as_view())]
order = Order(data={"note": ""})
accepted = order.is_valid()
document = SchemaGenerator(patterns=urlpatterns).get_schema(public=True)
note = json.loads(json.dumps(document["components"]["schemas"]["Order"]["properties"]["note"]))
described = Draft202012Validator(note).is_valid("")
print("described as:", json.dumps(note))
print("the serializer accepts the empty text:", accepted)
print("the description allows the empty text:", described)
sys.exit(0 if accepted and not described else 1)
PYTHON
"$folder/venv/bin/python" "$folder/describe.py"
