"""Acknowledgements: that a person has been told what an order needs (the basis is the contract, art. 6(1)(b)).

No consent follows from one, and none is asked for: the deed stores one row and touches nothing else.
"""

from datetime import datetime
from hashlib import sha256
from typing import NewType
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.consents.choices import Acknowledged
from seloste.consents.models.acknowledgements import AcknowledgedText, Acknowledgement
from seloste.declaration.load import current
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.refusals import Missing, NotAllowed
from seloste.kernel.text import plain_text
from seloste.notices.queries import Version, current_version
from seloste.register.models import Person

#: A type of its own: where a consent's reference is wanted, this one does not fit.
AcknowledgementReference = NewType("AcknowledgementReference", UUID)


@transaction.atomic
def acknowledge(
    *, by: Duty, at: datetime, person_id: UUID | None, kind: str, language: str, form: str, about: str = ""
) -> AcknowledgementReference:
    """Note that the person acknowledged the words of the kind on a form; ``about`` is the reference of her order.

    Refused (Missing) for somebody who is not in the register, and for nobody at all where no order is named: an order
    may wait for its person. It can be said twice: each order has its own.
    """
    declared = current().acknowledgement.get(kind)
    if declared is None or not _is_somebodys(person_id, about):
        raise Missing
    _check_duty(by, declared.purpose)
    notice = current_version()
    row = Acknowledgement.objects.create(
        reference=new_id(at),
        subject=person_id,
        kind=Acknowledged(kind),
        words=_words(Acknowledged(kind), language, notice, at=at),
        notice_version_id=notice.id,
        notice_hash=notice.text_hash,
        form=plain_text(form, field="form"),
        about=plain_text(about, field="about"),
        at=at,
        actor=by.actor,
        role=by.role,
    )
    deed = "acknowledgement.added"
    subjects = [person_id] if person_id else []
    record(by=by, at=at, deed=deed, subjects=subjects, categories=["provenance"], item=row.reference)
    return AcknowledgementReference(row.reference)


def _is_somebodys(person_id: UUID | None, about: str) -> bool:
    return bool(about) if person_id is None else Person.objects.filter(id=person_id).exists()


def _check_duty(by: Duty, purpose: str) -> None:
    if by.role != "visitor" and ("write" not in by.may or purpose not in by.purposes):
        raise NotAllowed(_("Your job role does not include this."))


def _words(kind: Acknowledged, language: str, notice: Version, *, at: datetime) -> AcknowledgedText:
    text = current().acknowledgement[kind].said(language, version=notice.version)
    words, _made = AcknowledgedText.objects.get_or_create(
        kind=kind,
        language=language,
        text_hash=sha256(text.encode()).hexdigest(),
        defaults={"text": text, "first_used_at": at},
    )
    return words
