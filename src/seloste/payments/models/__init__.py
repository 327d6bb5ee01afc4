"""The tables of payments: attempts to pay, what was heard of them, money that goes back, and what needs a look."""

from seloste.payments.models.events import EventBody, PaymentEvent
from seloste.payments.models.payments import Payment
from seloste.payments.models.refunds import Refund
from seloste.payments.models.troubles import PaymentTrouble, Tally

__all__ = ["EventBody", "Payment", "PaymentEvent", "PaymentTrouble", "Refund", "Tally"]
