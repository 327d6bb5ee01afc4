"""Closed lists of the payments."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Way(TextChoices):
    """How a payment is made."""

    PAYTRAIL = "paytrail", _("Online bank, card or mobile payment")
    STRIPE = "stripe", _("Card")
    INVOICE = "invoice", _("Invoice")


class State(TextChoices):
    """What is known of a payment: always reckoned from its events, never set by hand."""

    OPEN = "open", _("waits for payment")
    PAID = "paid", _("paid")
    FAILED = "failed", _("not paid")
    EXPIRED = "expired", _("expired")
    REFUNDED = "refunded", _("refunded")
    PARTLY_REFUNDED = "partly_refunded", _("partly refunded")
    DISPUTED = "disputed", _("disputed")


class Origin(TextChoices):
    """How an event reached us. A claim moves nothing; only what the provider answers when asked is believed."""

    WEBHOOK = "webhook", _("message of the provider")
    RETURN = "return", _("the payer's return")
    ANSWER = "answer", _("answer of the provider")
    TRANSFER = "transfer", _("bank transfer")
    HAND = "hand", _("entered by an employee")


class RefundState(TextChoices):
    """The fate of a refund, so far as it is known."""

    QUEUED = "queued", _("waits to be sent to the provider")
    CLAIMED = "claimed", _("is being sent")
    UNKNOWN = "unknown", _("sent, the answer is not known")
    PENDING = "pending", _("the provider is handling it")
    BY_HAND = "by_hand", _("to be paid by bank transfer")
    DONE = "done", _("refunded")
    FAILED = "failed", _("could not be refunded")


class RefundWhy(TextChoices):
    """Why money goes back."""

    WITHDRAWAL = "withdrawal", _("The customer withdrew from the order.")
    CANCELLED = "cancelled", _("The order was cancelled.")
    COMPLAINT = "complaint", _("There was a fault in what was delivered.")
    TWICE = "twice", _("It was paid twice.")
    TOO_MUCH = "too_much", _("Too much was paid.")
    NOT_WANTED = "not_wanted", _("It was paid after the order had been cancelled.")
    GOODWILL = "goodwill", _("As a goodwill gesture.")
    CHANGE = "change", _("The service was changed.")


class Trouble(TextChoices):
    """What an employee has to look at: money that does not fit, or a provider that does not answer."""

    AMOUNT = "amount", _("The provider says another amount than the one to be paid.")
    CURRENCY = "currency", _("The provider says another currency.")
    ACCOUNT = "account", _("The message is about another merchant's account.")
    REFERENCE = "reference", _("The provider's payment carries another reference.")
    UNKNOWN_PAYMENT = "unknown_payment", _("The provider tells of a payment that is not ours.")
    UNCONFIRMED = "unconfirmed", _("A message says it is paid, but the provider does not confirm it.")
    TWICE = "twice", _("The same thing was paid twice: refund one of the payments.")
    NOT_WANTED = "not_wanted", _("It was paid although the order had been cancelled: refund it.")
    TOO_MUCH = "too_much", _("More was paid than was to be paid: refund the rest.")
    REFUND_FAILED = "refund_failed", _("The provider could not refund: pay it back by bank transfer.")
    REFUND_UNKNOWN = "refund_unknown", _("Nobody knows whether a refund went through: look in the provider's service.")
    DISPUTED = "disputed", _("The payer disputes the payment with the bank: answer in the provider's service.")
    GONE = "gone", _("The provider does not know the payment.")
    UNREADABLE = "unreadable", _("A signed message of the provider could not be read.")
    STUCK = "stuck", _("What follows from the payment could not be done.")
    NOT_HELD = "not_held", _("The provider holds a payment of ours that is not held here.")


class Settled(TextChoices):
    """What was done about a trouble."""

    REFUNDED = "refunded", _("refunded")
    HARMLESS = "harmless", _("looked into, nothing to do")
    HANDLED = "handled", _("handled in the provider's service")
    BY_ITSELF = "by_itself", _("went away by itself")


#: States of a refund whose money is gone or may go.
COUNTS = frozenset(
    {
        RefundState.QUEUED,
        RefundState.CLAIMED,
        RefundState.UNKNOWN,
        RefundState.PENDING,
        RefundState.BY_HAND,
        RefundState.DONE,
    }
)
#: States of a payment whose money we have had.
HAD_MONEY = frozenset({State.PAID, State.PARTLY_REFUNDED, State.REFUNDED, State.DISPUTED})
