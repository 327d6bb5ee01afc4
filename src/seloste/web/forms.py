"""How forms are drawn: our own templates instead of the framework's."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html

#: Fields that are one element. Two templates and a loop for each of them were a third of what a long form costs.
_PLAIN = frozenset(f"django/forms/widgets/{kind}.html" for kind in ("text", "email", "number", "hidden", "checkbox"))


class Drawn(TemplatesSetting):
    """Draw forms and fields as docs/design-system.md says."""

    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Return what the template draws; of a plain field the same without it."""
        if template_name in _PLAIN:
            return _plain(context["widget"])
        return super().render(template_name, context, request)


def _plain(widget: dict[str, Any]) -> str:
    value = flatatt({"value": widget["value"]})  # nothing where there is none
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, flatatt(widget["attrs"])
    )
