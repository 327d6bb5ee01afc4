"""What follows when a line of an order was paid: a file, a subscription, a project, or work for an employee.

Each deed does nothing the second time: what it makes is one row a line.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from seloste.audit.actions import record
from seloste.catalogue.queries import files, offer
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.ids import free_reference, new_id
from seloste.kernel.money import cents
from seloste.register.choices import Source
from seloste.services.actions import door
from seloste.services.actions.door import Asked, Planned, token_of
from seloste.services.actions.renewing import bill_period
from seloste.services.choices import AskedBy, ChangeKind
from seloste.services.models import Deliverable, ProjectOpening, ServiceActivation, Subscription
from seloste.services.rules import life
from seloste.services.rules.life import Standing, Terms
from seloste.shop import fulfil
from seloste.shop.actions import going_on
from seloste.shop.choices import OrderSource
from seloste.shop.models import Order, OrderLine


def one_off(by: Duty, at: datetime, order: Order, line: OrderLine) -> object:
    """Give the newest file of what was bought; without one, an employee delivers it."""
    return None if _give_file(by, at, order, line) else task(by, at, order, line)


def licence(by: Duty, at: datetime, order: Order, line: OrderLine) -> object:
    """Give what there is to download, and have an employee give the licence; one for a time goes on like a service.

    The room of the licences takes this place once it is there.
    """
    _give_file(by, at, order, line)
    return subscription(by, at, order, line) if line.interval else task(by, at, order, line)


def _give_file(by: Duty, at: datetime, order: Order, line: OrderLine) -> bool:
    file = files.newest(line.variant_id) if line.variant_id else None
    if file is None:
        return False
    _found, is_new = Deliverable.objects.get_or_create(
        line=line,
        defaults={"id": new_id(at), "order": order, "file": file.id, "title": line.title, "granted_at": at},
    )
    if is_new:
        _note(order, "download.granted", category="delivery", by=by, at=at, item=line.id)
    return True


def task(by: Duty, at: datetime, order: Order, line: OrderLine) -> object:
    """Have an employee deliver it."""
    found, is_new = ServiceActivation.objects.get_or_create(
        line=line,
        defaults={
            "id": new_id(at),
            "order": order,
            "title": line.title,
            "quantity": line.quantity,
            "created_at": at,
        },
    )
    if is_new:
        _note(order, "activation.waits", category="delivery", by=by, at=at, item=found.id)
    return fulfil.LATER


def subscription(by: Duty, at: datetime, order: Order, line: OrderLine) -> object:
    """Begin the subscription, on the day on which it was paid; an employee switches the service on."""
    if order.source in {OrderSource.RENEWAL, OrderSource.CHANGE}:
        return None  # what this pays for is a subscription already
    if not Subscription.objects.filter(line=line).exists():
        _begin(order, line, by=by, at=at)
    return task(by, at, order, line)


def project(by: Duty, at: datetime, order: Order, line: OrderLine) -> object:
    """Have the project opened in the register as soon as it is known whose it is (``tasks.open_projects``)."""
    _found, is_new = ProjectOpening.objects.get_or_create(
        line=line, defaults={"id": new_id(at), "order": order, "title": line.title, "created_at": at}
    )
    if is_new:
        _note(order, "project.ordered", category="order", by=by, at=at, item=line.id)
    return fulfil.LATER


def _begin(order: Order, line: OrderLine, *, by: Duty, at: datetime) -> None:
    is_gross = _is_gross(order, line)
    unit = line.unit_gross if is_gross else cents(line.unit_net)
    terms = Terms(variant=_known(line.variant_id), interval=line.interval, quantity=line.quantity, unit=unit)
    discount = min(terms.price, _discount(line, terms.price, is_gross=is_gross))
    standing, amount = life.start(terms, on=local_date(at), discount=discount)
    row = _row(order, line, standing, is_gross=is_gross, at=at)
    row.save(force_insert=True)
    planned = Planned(kind=ChangeKind.STARTED, standing=standing, effective_on=standing.since_on)
    asked = Asked(by=AskedBy.CUSTOMER, source=Source.ORDER, on=local_date(order.placed_at), detail=order.reference)
    made = door.enter(row, standing, planned, by=by, at=at, token=token_of(row.id, "start"), asked=asked)
    made.amount, made.bill = amount, order.id
    bill_period(row, made, begins_on=standing.since_on, at=at)
    going_on.goes_on(by=by, at=at, order_id=order.id, until_on=row.until_on - timedelta(days=1))


def _row(order: Order, line: OrderLine, standing: Standing, *, is_gross: bool, at: datetime) -> Subscription:
    terms = standing.terms
    return Subscription(
        id=new_id(at),
        reference=free_reference("S", is_taken=lambda drawn: Subscription.objects.filter(reference=drawn).exists()),
        order=order,
        line=line,
        product=_known(line.product_id),
        variant=terms.variant,
        sku=line.sku,
        title=line.title,
        interval=terms.interval,
        quantity=terms.quantity,
        unit=terms.unit,
        is_gross=is_gross,
        anchor_on=standing.anchor_on,
        length=standing.length,
        since_on=standing.since_on,
        until_on=standing.until_on,
        discount=standing.discount,
        started_at=at,
    )


def _is_gross(order: Order, line: OrderLine) -> bool:
    """Tell whether the price is marked with tax: as in the catalogue, or as is usual for such a buyer."""
    marked = offer(line.variant_id, order.placed_at) if line.variant_id else None
    return marked.vat_included if marked else not order.is_business


def _discount(line: OrderLine, price: Decimal, *, is_gross: bool) -> Decimal:
    return max(Decimal("0.00"), price - (line.gross if is_gross else line.net)) if line.discount else Decimal("0.00")


def _known(value: UUID | None) -> UUID:
    if value is None:
        message = "a line that goes on is of a product of the catalogue"
        raise ValueError(message)
    return value


def _note(order: Order, deed: str, *, category: str, by: Duty, at: datetime, item: UUID) -> None:
    subjects = [order.person_id] if order.person_id else []
    record(by=by, at=at, deed=deed, subjects=subjects, categories=[category], item=item)
