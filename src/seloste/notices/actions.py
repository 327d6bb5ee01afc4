"""Publishing. A published notice is a row that never changes; what a person was told stays what she was told."""

from datetime import date, datetime

from django.db import connection, transaction

from seloste.audit.actions import record
from seloste.declaration import canonical, diff
from seloste.declaration.load import current
from seloste.declaration.schema import Declaration
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty, system
from seloste.kernel.refusals import Refusal
from seloste.notices.models import NoticeVersion
from seloste.notices.queries.publications import Version, version_of
from seloste.notices.rules.publishing import Proposal, comes_too_soon, earliest, is_accepted, is_higher

#: Under which purpose the notice is published: informing people is a duty of the law on their rights (arts 12–14).
PURPOSE = "rights"


class NotPublishable(Refusal):
    """The notice cannot be published as it is; the message says what to change or to accept."""


def ensure_published(*, at: datetime) -> Version:
    """Publish the loaded notice if nothing but wording changed; refuse a heavier change that no one has accepted."""
    return publish(by=system(PURPOSE), at=at)


def ensure_published_to_nobody(*, at: datetime) -> Version:
    """Publish the loaded notice, however heavy the change, where all people are invented and nobody has to be told."""
    return publish(by=system(PURPOSE), at=at, to_nobody=True)


@transaction.atomic
def publish(
    *,
    by: Duty,
    at: datetime,
    accept: str | None = None,
    effective_from: date | None = None,
    to_nobody: bool = False,
) -> Version:
    """Publish the loaded notice and return its version; the same notice twice is published once.

    The first notice and editorial changes need no acceptance. For any other, ``accept`` must name the class that the
    comparison found and ``effective_from`` the day that the notice itself says.
    """
    declared = current()
    said = canonical.said(declared)
    _one_at_a_time()
    last = NoticeVersion.objects.defer("declaration").order_by("-id").first()
    if last is not None and last.text_hash == said.text_hash:
        return version_of(last)
    change = diff.heaviest(diff.changes(last.declaration, said.values)) if last else said.as_first
    if last is not None:
        proposal = _proposal(declared, last, change, (accept, effective_from), today=local_date(at))
        _refuse_number(proposal)
        if not to_nobody:
            _refuse_haste(proposal)
    row = _store(said, change, by=by, at=at)
    record(by=by, at=at, deed="notice.published")
    return version_of(row)


def _one_at_a_time() -> None:
    """Two processes that start together publish once: the second waits and then finds the row."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE notices_noticeversion IN SHARE ROW EXCLUSIVE MODE")


def _store(said: canonical.Said, change: diff.ChangeClass, *, by: Duty, at: datetime) -> NoticeVersion:
    return NoticeVersion.objects.create(
        version=said.declaration.meta.version,
        text_hash=said.text_hash,
        declaration=said.values,
        change_class=change,
        effective_from=said.declaration.meta.effective_from,
        published_at=at,
        published_by=by.actor,
    )


def _proposal(
    declared: Declaration,
    last: NoticeVersion,
    change: diff.ChangeClass,
    accepted: tuple[str | None, date | None],
    *,
    today: date,
) -> Proposal:
    return Proposal(
        version=declared.meta.version,
        effective_from=declared.meta.effective_from,
        last_version=last.version,
        last_effective_from=last.effective_from,
        change=change,
        accepted=accepted[0],
        accepted_from=accepted[1],
        today=today,
    )


def _refuse_number(proposal: Proposal) -> None:
    """Refuse other words under the same number. This and the next are in the words of the command line."""
    new, last, change = proposal.version, proposal.last_version, proposal.change.value
    if not is_higher(new, last):
        raise NotPublishable(
            f"The notice has changed ({change}) since version {last} was published, but it calls itself {new}: "
            "raise the version in notice.toml.",
            field="version",
        )


def _refuse_haste(proposal: Proposal) -> None:
    """Refuse a change of which people have to be told, until a person has named it and its day."""
    change, day = proposal.change.value, proposal.effective_from
    if comes_too_soon(proposal):
        raise NotPublishable(
            f"The notice takes effect on {day}, before people can be told of the change ({change}): "
            f"set effective_from to {earliest(proposal)} or later.",
            field="effective_from",
        )
    if not is_accepted(proposal):
        raise NotPublishable(
            f"The notice has an unpublished change of class {change}. Look at it with `seloste notice diff` and accept "
            f"it: seloste notice publish --accept {change} --effective-from {day}",
            field="accept",
        )
