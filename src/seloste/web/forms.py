"""How forms are drawn: our own templates instead of the framework's."""

from html import escape
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

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


def _plain(widget: dict[str, Any]) -> SafeString:
    said = {"type": widget["type"], "name": widget["name"], "value": widget["value"], **widget["attrs"]}
    told = "".join(_attribute(name, value) for name, value in said.items() if value is not None and value is not False)
    return mark_safe(f"<input{told}>")  # noqa: S308 -- every value is escaped below


def _attribute(name: str, value: object) -> str:
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
