"""Hands the browser's passkey dialogue its options without an inline script."""

import json

from django import template
from django.core.serializers.json import DjangoJSONEncoder

register = template.Library()


@register.filter
def as_json(options: object) -> str:
    """Return the options as JSON, for a data attribute; autoescaping does the rest."""
    return json.dumps(options, cls=DjangoJSONEncoder)
