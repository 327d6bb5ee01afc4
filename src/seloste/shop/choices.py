"""Closed lists of the shop."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from seloste.kernel.refusals import Words


class OrderState(TextChoices):
    """Where an order stands. Only ``shop.actions.states.move`` changes it."""

    PLACED = "placed", _("awaits payment")
    PAID = "paid", _("paid")
    DELIVERING = "delivering", _("being delivered")
    DELIVERED = "delivered", _("delivered")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")
    WITHDRAWN = "withdrawn", _("contract withdrawn from")
    PARTLY_REFUNDED = "partly_refunded", _("partly refunded")
    REFUNDED = "refunded", _("refunded")


class OrderSource(TextChoices):
    """How an order came to be."""

    CHECKOUT = "checkout", _("ordered in the shop")
    RENEWAL = "renewal", _("renewed by itself, as agreed")
    CHANGE = "change", _("change to a service ordered")
    STAFF = "staff", _("entered by us")


class PaysBy(TextChoices):
    """How an order is paid: by a payment service, or by the invoice."""

    PAYTRAIL = "paytrail", _("Online bank, MobilePay or card (Paytrail)")
    STRIPE = "stripe", _("Card (Stripe)")
    INVOICE = "invoice", _("Invoice by e-mail, 14 days to pay")


class CouponKind(TextChoices):
    """What a code takes off."""

    PERCENT = "percent", _("per cent")
    AMOUNT = "amount", _("amount in euros")


class WaiverKind(TextChoices):
    """Why the right of withdrawal ends before 14 days: only where the consumer asked for it (KSL 6:15-16)."""

    DIGITAL = "digital", _("digital content delivered at once")
    SERVICE = "service", _("service begun at once")


class Linked(TextChoices):
    """How an order came to its person in the register. Nobody is ever joined with somebody silently."""

    NEW = "new", _("nobody was known at the address: entered as a new person")
    SESSION = "session", _("ordered on the person's own open page")
    LINK = "link", _("confirmed by the person, with the link sent to her address")
    STAFF = "staff", _("by an employee")
    STAFF_NEW = "staff_new", _("entered as a new person by an employee")
    SYSTEM = "system", _("goes on an earlier order of the person")


class Happened(TextChoices):
    """What an order's history can say."""

    PLACED = "placed", _("The order was placed")
    LINKED = "linked", _("The order was put with a person in the register")
    CONFIRMED = "confirmed", _("The confirmation was sent")
    PAYMENT_FAILED = "payment_failed", _("A payment did not go through")
    PAID = "paid", _("The payment arrived")
    PAID_LATE = "paid_late", _("The payment arrived after the order had been cancelled, and the order goes on")
    DISPUTED = "disputed", _("The payment was disputed with the bank or the card company")
    INVOICED = "invoiced", _("The invoice was made")
    DELIVERING = "delivering", _("Delivery began")
    LINE_DELIVERED = "line_delivered", _("A part of the order was delivered")
    DELIVERED = "delivered", _("Everything was delivered")
    CLOSED = "closed", _("The order was closed")
    CANCELLED = "cancelled", _("The order was cancelled")
    MESSAGE_IN = "message_in", _("A message from the customer")
    MESSAGE_OUT = "message_out", _("A message from us")
    WITHDRAWAL_STATED = "withdrawal_stated", _("A withdrawal from the contract arrived")
    WITHDRAWAL_SETTLED = "withdrawal_settled", _("We answered the withdrawal")
    WITHDRAWN = "withdrawn", _("The contract was withdrawn from")
    PARTLY_REFUNDED = "partly_refunded", _("A part of the money was returned")
    REFUNDED = "refunded", _("All of the money was returned")
    CHANGED = "changed", _("Details were corrected")

    @property
    def told(self) -> Words:
        """Return what happened in words to the customer herself."""
        said: dict[Happened, Words] = {
            Happened.MESSAGE_IN: _("A message from you"),
            Happened.WITHDRAWAL_STATED: _("Your withdrawal arrived"),
            Happened.WITHDRAWN: _("You withdrew from the contract"),
        }
        return said.get(self, self.label)


class Why(TextChoices):
    """Why an order took a turn, as the books and the staff read it; ``told`` is what the customer reads."""

    BY_CUSTOMER = "by_customer", _("The customer asked for it.")
    UNPAID = "unpaid", _("It was not paid in time.")
    BY_STAFF = "by_staff", _("We cancelled it.")
    WITHDRAWAL = "withdrawal", _("The customer withdrew from the contract.")
    COMPLAINT = "complaint", _("Something was wrong with what was delivered.")
    NOT_DELIVERED = "not_delivered", _("We could not deliver it.")
    GOODWILL = "goodwill", _("We agreed so.")
    MISTAKE = "mistake", _("A mistake in the order or the price was put right.")

    @property
    def told(self) -> Words:
        """Return the reason in words to the customer herself."""
        said: dict[Why, Words] = {
            Why.BY_CUSTOMER: _("You asked for it."),
            Why.WITHDRAWAL: _("You withdrew from the contract."),
        }
        return said.get(self, self.label)


class Side(TextChoices):
    """Whose words a message about an order is."""

    IN = "in", _("from the customer")
    OUT = "out", _("from us")

    @property
    def told(self) -> Words:
        """Return whose words they are, to the customer herself."""
        return _("from you") if self is Side.IN else self.label


class WithdrawalState(TextChoices):
    """How a statement of withdrawal stands. Nobody is refused by a machine (S4.10): an employee settles each."""

    STATED = "stated", _("arrived, and we are handling it")
    ACCEPTED = "accepted", _("accepted")
    PARTLY = "partly", _("accepted in part")
    DECLINED = "declined", _("no right of withdrawal")
    TAKEN_BACK = "taken_back", _("taken back by the customer")

    @property
    def told(self) -> Words:
        """Return how it stands in words of its own: of a message, "accepted" means another thing."""
        said: dict[WithdrawalState, Words] = {
            WithdrawalState.STATED: _("in hand"),
            WithdrawalState.ACCEPTED: _("withdrawal accepted"),
            WithdrawalState.TAKEN_BACK: _("taken back"),
        }
        return said.get(self, self.label)


class RefundState(TextChoices):
    """Whether the money has left."""

    ASKED = "asked", _("on its way")
    DONE = "done", _("returned")


class Amiss(TextChoices):
    """What is wrong with what a buyer typed or chose."""

    QUANTITY = "quantity", _("Give a whole number from 1 to 999.")
    COUNTRY = "country", _("Choose a country from the list.")
    VAT_NUMBER = (
        "vat_number",
        _("This is not a VAT number. It begins with two letters of a country, such as FI12345671."),
    )
    VAT_COUNTRY = "vat_country", _("The VAT number is of another country than the address.")
    COMPANY = "company", _("Give the name of the company.")
    EINVOICE = "einvoice", _("An e-invoice address has 12 to 35 letters and digits, such as 003712345671.")
    COUPON_UNKNOWN = "coupon_unknown", _("We do not know this code. Check how it is written.")
    COUPON_OVER = "coupon_over", _("This code is not valid any more.")
    COUPON_EARLY = "coupon_early", _("This code is not valid yet.")
    COUPON_USED = "coupon_used", _("This code has been used as often as it may be.")
    COUPON_NOTHING = "coupon_nothing", _("This code takes nothing off what is in your cart.")
