"""Closed lists: what is counted, what is left out of the statistics and why, and what the security log is for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class What(models.TextChoices):
    """What a count is of. Each is counted by itself: no row tells that two of them belonged to one request."""

    VIEWS = "views", _("Page views")
    VISITS = "visits", _("Visits")
    PAGE = "page", _("Page")
    REFERRER = "referrer", _("Where visits came from")
    LANGUAGE = "language", _("Language of the page")
    DEVICE = "device", _("Device")
    STATUS = "status", _("Answers")
    CAMPAIGN = "campaign", _("Campaign")
    LEFT_OUT = "left_out", _("Left out")
    LOST = "lost", _("Not counted for want of room")


class Device(models.TextChoices):
    """How large the screen probably is, as the browser itself tells."""

    COMPUTER = "computer", _("Computer")
    PHONE = "phone", _("Phone")
    TABLET = "tablet", _("Tablet")
    OTHER = "other", _("Other device")


class LeftOut(models.TextChoices):
    """Why a request is not counted as somebody's reading."""

    NAMED = "named", _("A robot that says its name")
    MONITOR = "monitor", _("A watch over the service")
    NAMELESS = "nameless", _("A program that names no browser")
    NO_PAGE = "no_page", _("A program that asks for no page")
    HEAD = "head", _("A look at the headers alone")
    AHEAD = "ahead", _("Loaded ahead or as a preview")
    SPAM = "spam", _("A known sender of false referrers")
    OBJECTED = "objected", _("A browser that asks not to be counted (GPC, DNT)")


class Reason(models.TextChoices):
    """Why a request stands in the security log. What is none of these leaves no line."""

    SIGN_IN = "sign_in", _("Sign-in")
    SENT = "sent", _("Something was sent")
    REFUSED = "refused", _("Refused")
    MISSING = "missing", _("Not found")
    TOO_MANY = "too_many", _("Too many attempts")
    FAULT = "fault", _("Fault")
