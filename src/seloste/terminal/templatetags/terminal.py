"""What pages say about the visitor's device: ``{% load terminal %}``.

``{% if_allowed "map" %}…{% endif_allowed %}`` renders what stands between only for a visitor who consented to the item;
for others a calm note with a button stands there, and where the item is not declared, nothing.
"""

from typing import Any

from django import template
from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language

from seloste.terminal import queries, rules
from seloste.terminal.choices import Place

register = template.Library()
READING = ("GET", "HEAD")


def _language() -> str:
    return get_language() or "fi"


@register.simple_tag(takes_context=True)
def cookie_banner(context: Context) -> str:
    """Ask the visitor where there is something to ask; otherwise nothing.

    The answer to a form is no moment to ask: it could not be shown again, and what was written in it would be lost.
    """
    request: Any = context.get("request")
    framing = getattr(request, "framing", None)
    if framing is None or not framing.is_due or request.method not in READING:
        return ""
    book = queries.book()
    shown = {
        "questions": [rules.asked(question, book.declared, _language()) for question in book.questions],
        "controller": book.declared.controller.name,
        "back": request.get_full_path(),
        "place": Place.BANNER,
        "choose_url": reverse("terminal:choose"),
    }
    return render_to_string("terminal/banner.html", shown)


@register.simple_tag(takes_context=True)
def cookie_withdrawal(context: Context) -> str:
    """Offer, in the foot of every page, to take everything back with one press where something was allowed."""
    request: Any = context.get("request")
    framing = getattr(request, "framing", None)
    if framing is None or not framing.gives:
        return ""
    shown = {"back": _back(request), "place": Place.PAGE, "choose_url": reverse("terminal:choose")}
    return render_to_string("terminal/parts/withdrawal.html", shown)


def _back(request: Any) -> str:  # noqa: ANN401 -- any request
    """Return where to lead back to: the page itself, unless it is the answer to a form."""
    return str(request.get_full_path()) if request.method in READING else ""


@register.simple_tag
def asks_visitors() -> bool:
    """Tell whether the notice has anything to ask of visitors."""
    return bool(queries.book().questions)


class IfAllowed(Node):
    """What needs the visitor's consent to the item."""

    def __init__(self, key: FilterExpression, inside: NodeList) -> None:
        self.key = key
        self.nodelist = inside

    def render(self, context: Context) -> str:
        """Render what is inside, or ask; and have the page's policy let in what is shown, for this response alone."""
        request, key = context["request"], str(self.key.resolve(context))
        question = queries.book().question(key)
        if question is None:
            return ""
        if not queries.choice(request).allows(key):
            return _asking(request, question)
        request.shown.append(key)
        return self.nodelist.render(context)


@register.tag
def if_allowed(parser: Parser, token: Token) -> IfAllowed:
    """Parse the block."""
    parts = token.split_contents()
    if len(parts) != 2:
        raise TemplateSyntaxError("if_allowed takes the key of an optional item of the notice")
    inside = parser.parse(("endif_allowed",))
    parser.delete_first_token()
    return IfAllowed(parser.compile_filter(parts[1]), inside)


def _asking(request: Any, question: rules.Question) -> str:  # noqa: ANN401 -- any request
    found = queries.choice(request)
    shown = {
        "key": question.key,
        "asked": rules.asked(question, found.book.declared, _language()),
        "gpc": found.gpc,
        "back": _back(request),
        "place": Place.CONTENT,
        "choose_url": reverse("terminal:choose"),
    }
    return render_to_string("terminal/parts/asking.html", shown)


@register.inclusion_tag("terminal/parts/embeds.html", takes_context=True)
def embeds(context: Context, page: str) -> dict[str, object]:
    """Show what the notice declares for the page: each with consent, or a note that asks for it."""
    found = [question for question in queries.book().questions if question.embed and question.embed.page == page]
    shown = [
        {"key": one.key, "address": one.embed.address, "title": one.embed.title.in_language(_language())}
        for one in found
        if one.embed
    ]
    return {"request": context.get("request"), "embeds": shown}
