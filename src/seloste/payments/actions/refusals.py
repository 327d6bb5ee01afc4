"""What is refused, in words for the payer or the employee."""

from django.utils.translation import gettext_lazy as _

from seloste.kernel.refusals import Refusal


class AlreadyPaid(Refusal):
    """It was paid: nobody pays twice."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This has been paid already. Nothing more needs to be paid."))


class NotPayable(Refusal):
    """The attempt is over, or what it was for is no longer wanted."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This can no longer be paid here."))


class ProviderAway(Refusal):
    """The provider does not answer, or is not in use."""

    status = 503

    def __init__(self) -> None:
        super().__init__(_("The payment service does not answer just now. Nothing was charged. Try again in a moment."))


class Busy(Refusal):
    """Another request is beginning the same payment at this moment."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("The payment is being prepared. Wait a moment."))


class MoreThanPaid(Refusal):
    """A refund may not be more than what is left of the payment."""

    def __init__(self, left: str) -> None:
        super().__init__(_("At most %(left)s can be refunded of this payment.") % {"left": left}, field="amount")


class Settled(Refusal):
    """It was settled by somebody before."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Somebody has settled this already."))
