"""Closed lists of invoicing."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What a document of the series is."""

    INVOICE = "invoice", _("invoice")
    CREDIT_NOTE = "credit_note", _("credit note")


class LineKind(TextChoices):
    """Whether a line adds to the total or takes from it (a coupon)."""

    ITEM = "item", _("item")
    ALLOWANCE = "allowance", _("discount")


class Unit(TextChoices):
    """What is counted: codes of UN/ECE Recommendation 20."""

    PIECE = "C62", _("pcs")
    HOUR = "HUR", _("h")
    DAY = "DAY", _("day")
    MONTH = "MON", _("month")
    YEAR = "ANN", _("year")


class PaidBy(TextChoices):
    """How a bill was paid before the invoice was made; empty where it is still to be paid."""

    PAYTRAIL = "paytrail", "Paytrail"
    STRIPE = "stripe", "Stripe"
    TRANSFER = "transfer", _("bank transfer")
    OTHER = "other", _("otherwise")


class Void(TextChoices):
    """Why a number that was given stands on no invoice."""

    RESTORED = "restored", _("given before the database was put back from a backup")
    ELSEWHERE = "elsewhere", _("used on an invoice that was made outside this system")
    FAILED = "failed", _("the invoice was never finished")


class Settling(TextChoices):
    """What changed what is left to pay."""

    PAYMENT = "payment", _("paid online")
    TRANSFER = "transfer", _("bank transfer")
    CREDIT = "credit", _("credit note")
    REFUND = "refund", _("paid back")
    UNDONE = "undone", _("undone")


class StatementKind(TextChoices):
    """Which message of the bank was read (ISO 20022)."""

    STATEMENT = "camt.053", _("account statement (camt.053)")
    NOTIFICATION = "camt.054", _("notification of transactions (camt.054)")


class EntryState(TextChoices):
    """What became of an entry of the bank."""

    OPEN = "open", _("waits for a decision")
    MATCHED = "matched", _("put to invoices")
    ASIDE = "aside", _("set aside")


class Doubt(TextChoices):
    """Why an entry waits for a person."""

    NONE = "", ""
    UNKNOWN = "unknown", _("no invoice has this reference")
    PARTIAL = "partial", _("less than what is left to pay")
    OVER = "over", _("more than what is left to pay")
    AGAIN = "again", _("the invoice was paid already")
    NO_REFERENCE = "no_reference", _("without a reference number")
    CURRENCY = "currency", _("in another currency")


class Aside(TextChoices):
    """Why an entry of the bank belongs to no invoice."""

    NOT_SALES = "not_sales", _("it has nothing to do with sales")
    PROVIDER = "provider", _("a payout of a payment provider")
    RETURNED = "returned", _("the money was paid back")
    OTHER = "other", _("dealt with in the bookkeeping")
