"""How forms are drawn: our own templates instead of the framework's."""

from django.forms.renderers import TemplatesSetting


class Drawn(TemplatesSetting):
    """Draw forms and fields as docs/design-system.md says."""

    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"
