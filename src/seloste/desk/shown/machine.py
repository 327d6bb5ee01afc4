"""What the system does by itself, in words."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seloste.audit.choices import Outcome
from seloste.audit.queries.machine import RunLine, Sweeping
from seloste.audit.retention import RUNS
from seloste.declaration.load import current
from seloste.declaration.words import period_words
from seloste.desk.queries import MachineRoom
from seloste.desk.shown.going import number
from seloste.mail.choices import MessageState

#: What the sweeps do. A sweep without a name here is shown by its key.
NAMES: Mapping[str, Any] = {
    "retention.run": gettext_lazy("Clears what has come to its end"),
    "backup.make": gettext_lazy("Makes the night's backup"),
    "drill.run": gettext_lazy("Tries the way back from a backup"),
    "ledger.flush": gettext_lazy("Writes erasures and refusals outside the database"),
    "mail.send": gettext_lazy("Sends messages"),
    "mail.resolve": gettext_lazy("Asks what became of messages"),
    "outreach.mailings": gettext_lazy("Takes letters to many to the outbox"),
    "outreach.requests": gettext_lazy("Forgets questions nobody answered"),
    "consents.expire": gettext_lazy("Ends consents whose time is up"),
    "erasure.nightly": gettext_lazy("Erases somebody invented each night and looks whether anything is left"),
    "erasure.sweep": gettext_lazy("Looked for whoever was invented and erased"),
    "rights.at_once": gettext_lazy("Carries out objections and withdrawals"),
    "rights.clock": gettext_lazy("Watches the last days of requests"),
    "payments.ask": gettext_lazy("Asks payment services what was paid"),
    "invoices.documents": gettext_lazy("Makes the documents of invoices"),
    "payments.refund": gettext_lazy("Sends refunds"),
    "payments.reconcile": gettext_lazy("Compares each day with the books of the payment services"),
    "services.due": gettext_lazy("Renews, reminds of and ends subscriptions"),
    "services.projects": gettext_lazy("Opens projects that were ordered"),
    "sales.figures": gettext_lazy("Keeps the sales figures of days that are over"),
    "rights.alarms": gettext_lazy("Reminds of the last days of requests"),
}

#: Days; the notice says the same (measure.backups), and config.backup keeps to it.
BACKUPS_KEPT = 35

_TONES = {Outcome.FAILED: "bad", Outcome.WAITS_FOR_CLOCK: "warn", Outcome.DONE: "good", Outcome.IDLE: "good"}
#: States of messages that somebody may have to look at, worst first.
_MAIL = (MessageState.QUEUED, MessageState.HANDED_OVER, MessageState.UNKNOWN, MessageState.FAILED)


def machine_page(found: MachineRoom, language: str) -> dict[str, Any]:
    """Return what the page shows."""
    return {
        "kept": period_words(current().purpose[RUNS.purpose].retention.period, language),
        "workers": found.workers,
        "lines": [_line(sweeping) for sweeping in found.sweepings],
        "runs": [_run(run) for run in found.runs],
        "trouble": [sweep_name(one.key) for one in found.sweepings if one.failures],
        "safety": found.safety,
        "backup_window": number(BACKUPS_KEPT),
        "mail_standing": found.mail.standing.value,
        "mail_trouble": found.mail.relay_trouble,
        "mail_trouble_at": found.mail.relay_trouble_at,
        "mail": [(state.label, number(found.mail_counts.get(state, 0))) for state in _MAIL],
    }


def sweep_name(key: str) -> str:
    """Return what the sweep does."""
    return str(NAMES.get(key, key))


def _line(sweeping: Sweeping) -> dict[str, Any]:
    state, tone = _state(sweeping)
    return {
        "key": sweeping.key,
        "name": sweep_name(sweeping.key),
        "every": _every(sweeping.every),
        "looked_at": sweeping.looked_at,
        "worked_at": sweeping.worked_at,
        "done": number(sweeping.done),
        "state": state,
        "tone": tone,
        "error": sweeping.error,
        "failed_at": sweeping.failed_at,
        "failures": sweeping.failures,
    }


def _state(sweeping: Sweeping) -> tuple[str, str]:
    if sweeping.failures:
        return _("fails"), "bad"
    if sweeping.is_running:
        return _("at work"), "good"
    if sweeping.stands_still:
        return (_("stands still"), "bad") if sweeping.outcome else (_("has not run yet"), "warn")
    outcome = Outcome(sweeping.outcome)
    return (_("in order"), "good") if _TONES[outcome] == "good" else (str(outcome.label), _TONES[outcome])


def _every(every: timedelta) -> str:
    seconds = int(every.total_seconds())
    if seconds < 60:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    if seconds < 3600:
        return ngettext("%(count)d minute", "%(count)d minutes", seconds // 60) % {"count": seconds // 60}
    return ngettext("%(count)d hour", "%(count)d hours", seconds // 3600) % {"count": seconds // 3600}


def _run(run: RunLine) -> dict[str, Any]:
    return {
        "name": sweep_name(run.sweep),
        "ended_at": run.ended_at,
        "took": _took(run.took),
        "done": number(run.done),
        "outcome": Outcome(run.outcome).label,
        "tone": _TONES[Outcome(run.outcome)],
        "error": run.error,
    }


def _took(took: timedelta) -> str:
    seconds = took.total_seconds()
    return _("under a second") if seconds < 1 else _every(timedelta(seconds=round(seconds)))
