"""Erasing again in a database that was put back to a time before the erasure (I54)."""

from datetime import datetime

from seloste.erasure import rules
from seloste.erasure.actions.execution import announce, execute, take
from seloste.erasure.queries.planning import Scope, work_out
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.ledger.rules import Entry


def erase_again(by: Duty, at: datetime, entry: Entry) -> None:
    """Do again what the entry says, in the caller's transaction: whoever is wholly gone, or partly, is no obstacle.

    The entry decides which purposes ended; nothing is weighed anew, for what weighed then may not be in the backup.
    """
    if entry.subject is None:
        return
    entered = rules.read_codes(entry.codes)
    take([entry.subject])
    announce([entry.subject], by=by, at=at)
    scope = Scope(cause=entered.cause, named=entered.ended, entered=entered)
    execute(work_out([entry.subject], scope, today=local_date(at)), by=by, at=at)
