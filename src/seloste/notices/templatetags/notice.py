"""Words of the declaration in templates, in the reader's language: ``{% load notice %}{% purpose_name key %}``."""

from collections.abc import Callable

from django import template
from django.db.models import TextChoices
from django.utils.translation import get_language

from seloste.notices import choices
from seloste.notices.queries import layers

register = template.Library()


def _in_language(words: Callable[[str, str], str]) -> Callable[[str], str]:
    return lambda key: words(str(key), get_language() or "fi")


for _name, _words in {
    "purpose_name": layers.purpose_name,
    "basis_name": layers.basis_name,
    "source_name": layers.source_name,
    "category_name": layers.category_name,
    "role_name": layers.role_name,
}.items():
    register.simple_tag(_in_language(_words), name=_name)


@register.simple_tag
def why(key: str) -> str:
    """Return why a value is held for the purpose, on which basis and for how long."""
    return str(layers.why(key, get_language() or "fi"))


@register.filter
def change_name(key: str) -> str:
    """Return the name of a class of change."""
    return str(choices.ChangeName(str(key)).label)


@register.filter
def table_name(key: str) -> str:
    """Return the name of a table of the declaration; its key where it has none."""
    return _label(choices.TableName, key)


@register.filter
def aspect_name(key: str) -> str:
    """Return the name of a side of a thing; its key where it has none."""
    return _label(choices.AspectName, key)


def _label(names: type[TextChoices], key: str) -> str:
    return str(names(key).label) if key in names.values else key


@register.filter
def severity_name(key: str) -> str:
    """Return the name of how bad a finding is."""
    return str(choices.SeverityName(str(key)).label)


@register.filter
def need_name(key: str) -> str:
    """Return for what an item is stored on the device (S4.3)."""
    return str(choices.NeedName(str(key)).label)


@register.filter
def storage_name(key: str) -> str:
    """Return what kind of storage on the device it is."""
    return str(choices.StorageName(str(key)).label)
