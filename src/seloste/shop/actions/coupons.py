"""Coupons: made and stopped by staff, used by orders, never more often than they may be (P51)."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.marks import mark_of
from seloste.kernel.money import NOTHING
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.kernel.text import plain_text
from seloste.shop.choices import Amiss, CouponKind
from seloste.shop.models import Coupon, Order, Redemption
from seloste.shop.rules.codes import LONGEST, folded, refusal_of


class CouponRefused(Refusal):
    """The code takes nothing off, with the reason."""

    status = 409

    def __init__(self, reason: Amiss) -> None:
        super().__init__(reason.label, field="code")


class NoCoupon(Refusal):
    """What is to be a coupon cannot be one."""


# --- Staff ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add(
    *,
    by: Duty,
    at: datetime,
    code: str,
    kind: str,
    value: Decimal,
    limit: int | None = None,
    per_address: int | None = None,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    least: Decimal = NOTHING,
    products: Iterable[UUID] = (),
    note: str = "",
) -> UUID:
    """Make a coupon; return its id. ``value`` is per cent or euros. NoCoupon where the code is taken or nothing."""
    _check(by)
    shown = plain_text(code, field="code")
    _refuse_odd(shown, kind, value, limit)
    start = valid_from or at
    if valid_until is not None and valid_until <= start:
        raise NoCoupon(_("The last day is before the first."), field="valid_until")
    try:
        with transaction.atomic():
            coupon = Coupon.objects.create(
                id=new_id(at),
                code=folded(shown),
                shown=shown,
                kind=kind,
                percent=value if kind == CouponKind.PERCENT else None,
                amount=value if kind == CouponKind.AMOUNT else None,
                limit=limit,
                per_address=per_address,
                min_total=least,
                products=list(products),
                valid_from=start,
                valid_until=valid_until,
                note=plain_text(note, field="note", lines=True),
                made_at=at,
                made_by=by.actor,
            )
    except IntegrityError:
        raise NoCoupon(_("There is a coupon with this code already."), field="code") from None
    record(by=by, at=at, deed="coupon.added", item=coupon.id)
    return coupon.id


def _refuse_odd(shown: str, kind: str, value: Decimal, limit: int | None) -> None:
    if len(folded(shown)) < 3 or len(shown) > LONGEST:
        raise NoCoupon(_("A code has 3 to 40 letters and digits."), field="code")
    if kind not in CouponKind.values or value <= 0 or (kind == CouponKind.PERCENT and value > 100):
        raise NoCoupon(_("Give what it takes off: euros, or from 0.01 to 100 per cent."), field="value")
    if limit is not None and limit < 1:
        raise NoCoupon(_("Give a whole number from 1 up, or nothing."), field="limit")


@transaction.atomic
def stop(*, by: Duty, at: datetime, coupon_id: UUID) -> None:
    """End a coupon now. What was ordered with it stays; nothing happens where it is stopped already."""
    _check(by)
    if not Coupon.objects.filter(id=coupon_id).exists():
        raise Missing
    if Coupon.objects.filter(id=coupon_id, stopped_at=None).update(stopped_at=at, stopped_by=by.actor):
        record(by=by, at=at, deed="coupon.stopped", item=coupon_id)


def _check(by: Duty) -> None:
    if by.role not in {"system", "operator"} and ("order" not in by.purposes or "write" not in by.may):
        raise NotAllowed(_("Your job role does not include this."))


# --- Buyers -----------------------------------------------------------------------------------------------------------


def usable(code: str, *, at: datetime) -> Coupon:
    """Return the coupon of the code as somebody typed it; CouponRefused where it is not valid now.

    Whether it is used up is asked here too, so that nobody hopes in vain; what counts is :func:`redeem`.
    """
    key = folded(code)
    coupon = Coupon.objects.filter(code=key).first() if key else None
    if coupon is None:
        raise CouponRefused(Amiss.COUPON_UNKNOWN)
    reason = refusal_of(coupon, at=at)
    if reason is not None:
        raise CouponRefused(reason)
    return coupon


def redeem(*, at: datetime, coupon_id: UUID, order: Order) -> None:
    """Use the coupon once more for the order, in the transaction that makes it; CouponRefused past the limit.

    The conditional UPDATE waits for others at the row and looks again: so the last use is never given twice, and is
    free again for the next one where the order that held it was not made after all.
    """
    open_now = Q(valid_until=None) | Q(valid_until__gt=at)
    free = Q(limit=None) | Q(used__lt=F("limit"))
    rows = Coupon.objects.filter(open_now, free, id=coupon_id, stopped_at=None, valid_from__lte=at)
    if not rows.update(used=F("used") + 1):
        coupon = Coupon.objects.get(id=coupon_id)
        raise CouponRefused(refusal_of(coupon, at=at) or Amiss.COUPON_USED)
    mark = mark_of(order.email)
    per_address = Coupon.objects.values_list("per_address", flat=True).get(id=coupon_id)
    mine = Redemption.objects.filter(coupon_id=coupon_id, mark=mark, released_at=None)
    if per_address is not None and mine.count() >= per_address:  # others wait at the coupon's row meanwhile
        raise CouponRefused(Amiss.COUPON_USED)
    Redemption.objects.create(coupon_id=coupon_id, order=order, mark=mark, amount=order.discount, at=at)


@transaction.atomic
def release(*, by: Duty, at: datetime, order_id: UUID) -> bool:
    """Give back what a cancelled order used of a coupon; tell whether there was anything. Repeating it does nothing."""
    row = Redemption.objects.select_for_update().filter(order_id=order_id, released_at=None).first()
    if row is None:
        return False
    Redemption.objects.filter(id=row.id).update(released_at=at)
    Coupon.objects.filter(id=row.coupon_id, used__gt=0).update(used=F("used") - 1)
    record(by=by, at=at, deed="coupon.released", item=row.coupon_id)
    return True


def redeem_again(*, order_id: UUID) -> None:
    """Use the coupon once more for a cancelled order that was paid late; CouponRefused where others used it up."""
    row = Redemption.objects.select_for_update().filter(order_id=order_id, released_at__isnull=False).first()
    if row is None:
        return
    free = Q(limit=None) | Q(used__lt=F("limit"))
    if not Coupon.objects.filter(free, id=row.coupon_id).update(used=F("used") + 1):
        raise CouponRefused(Amiss.COUPON_USED)
    if not _is_free_for(row):  # others wait at the coupon's row meanwhile
        raise CouponRefused(Amiss.COUPON_USED)
    Redemption.objects.filter(id=row.id).update(released_at=None)


def could_redeem_again(*, order_id: UUID) -> bool:
    """Tell whether what a cancelled order gave back of a coupon is still there for it."""
    row = Redemption.objects.filter(order_id=order_id, released_at__isnull=False).select_related("coupon").first()
    if row is None:
        return True
    is_left = row.coupon.limit is None or row.coupon.used < row.coupon.limit
    return is_left and _is_free_for(row)


def _is_free_for(row: Redemption) -> bool:
    """Tell whether the buyer has used the coupon less often than one address may."""
    most = Coupon.objects.values_list("per_address", flat=True).get(id=row.coupon_id)
    hers = Redemption.objects.filter(coupon_id=row.coupon_id, mark=row.mark, released_at=None)
    return most is None or hers.count() < most
