"""The record of reads and writes, in words and as a file."""

import csv
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seloste.audit.queries import PAGE
from seloste.desk.queries import EventLine
from seloste.kernel.clock import HELSINKI
from seloste.kernel.retention import stores

#: What the deeds of the record are called. A deed without a name here is shown by its key.
DEEDS: Mapping[str, Any] = {
    "person.read": gettext_lazy("looked at a person"),
    "timeline.read": gettext_lazy("looked at a timeline"),
    "person.searched": gettext_lazy("searched"),
    "person.listed": gettext_lazy("looked at a list"),
    "person.matched": gettext_lazy("compared a message with the register"),
    "person.added": gettext_lazy("added a person"),
    "person.informed": gettext_lazy("noted that information was given"),
    "person.language_set": gettext_lazy("changed the language"),
    "name.added": gettext_lazy("added a name"),
    "contactpoint.added": gettext_lazy("added a way to reach"),
    "postaladdress.added": gettext_lazy("added an address"),
    "position.added": gettext_lazy("added a position"),
    "feedback.added": gettext_lazy("entered feedback"),
    "note.added": gettext_lazy("wrote a note"),
    "interaction.added": gettext_lazy("noted what happened"),
    "project.added": gettext_lazy("opened a project"),
    "project.closed": gettext_lazy("closed a project"),
    "project.ordered": gettext_lazy("a project was ordered"),
    "subscription.started": gettext_lazy("a subscription began"),
    "subscription.upgrade": gettext_lazy("changed a subscription to a larger one"),
    "subscription.downgrade": gettext_lazy("changed a subscription to a smaller one"),
    "subscription.quantity": gettext_lazy("changed the number of a subscription"),
    "subscription.pause": gettext_lazy("paused a subscription"),
    "subscription.resume": gettext_lazy("let a subscription go on"),
    "subscription.cancel": gettext_lazy("cancelled a subscription"),
    "subscription.keep": gettext_lazy("took back the cancellation of a subscription"),
    "subscription.called_off": gettext_lazy("called off a change of a subscription"),
    "subscription.renew": gettext_lazy("a subscription was renewed"),
    "subscription.price": gettext_lazy("set the coming price of a subscription"),
    "subscription.ended": gettext_lazy("a subscription ended"),
    "subscription.read": gettext_lazy("looked at a subscription"),
    "subscription.owed": gettext_lazy("looked at what is owed for subscriptions"),
    "task.listed": gettext_lazy("looked at what waits to be done for orders"),
    "activation.waits": gettext_lazy("something is to be done for an order"),
    "activation.done": gettext_lazy("did what was ordered"),
    "activation.dropped": gettext_lazy("dropped what was to be done for an order"),
    "download.granted": gettext_lazy("gave a file that was bought"),
    "download.link": gettext_lazy("made a link to a file that was bought"),
    "download.fetched": gettext_lazy("a file that was bought was fetched"),
    "ground.began": gettext_lazy("a purpose began"),
    "item.corrected": gettext_lazy("corrected a value"),
    "item.removed": gettext_lazy("removed a value"),
    "item.brought_back": gettext_lazy("brought a value back"),
    "organisation.added": gettext_lazy("added an organisation"),
    "organisation.read": gettext_lazy("looked at an organisation"),
    "organisation.listed": gettext_lazy("looked at the list of organisations"),
    "submission.received": gettext_lazy("a message arrived"),
    "submission.listed": gettext_lazy("looked at the messages"),
    "submission.read": gettext_lazy("read a message"),
    "submission.searched": gettext_lazy("searched the messages"),
    "submission.accepted": gettext_lazy("entered a message"),
    "submission.handled": gettext_lazy("handled a message"),
    "submission.declined": gettext_lazy("declined a message"),
    "submission.brought_back": gettext_lazy("brought a message back"),
    "submission.erased": gettext_lazy("a declined message was erased"),
    "ground.ended": gettext_lazy("a purpose ended"),
    "consent.read": gettext_lazy("looked at consents"),
    "consent.receipt": gettext_lazy("took out a receipt of consent"),
    "consent.given": gettext_lazy("noted a consent"),
    "consent.renewed": gettext_lazy("noted a renewed consent"),
    "consent.refused": gettext_lazy("noted a refusal of consent"),
    "consent.withdrawn": gettext_lazy("noted a withdrawal of consent"),
    "consent.requested": gettext_lazy("asked for a consent"),
    "consent.pending": gettext_lazy("asked to confirm a consent"),
    "consent.expired": gettext_lazy("a consent expired"),
    "consent.invalidated": gettext_lazy("a consent stopped being valid"),
    "consent.superseded": gettext_lazy("a consent was replaced by a newer one"),
    "payment.refund": gettext_lazy("had a payment refunded"),
    "payment.refunded_by_hand": gettext_lazy("noted a refund by bank transfer"),
    "payment.refund_by_hand": gettext_lazy("had a refund paid by bank transfer instead"),
    "payment.resolve_refund": gettext_lazy("noted what became of a refund"),
    "payment.received": gettext_lazy("noted a payment by bank transfer"),
    "payment.settle_trouble": gettext_lazy("settled what did not fit in a payment"),
    "payment.transfer_undone": gettext_lazy("undid a payment by bank transfer"),
    "invoice.issued": gettext_lazy("an invoice or credit note was made"),
    "invoice.linked": gettext_lazy("an invoice was put to a person"),
    "invoice.late_listed": gettext_lazy("looked at the late invoices"),
    "invoice.compared": gettext_lazy("looked which invoice a payment may be for"),
    "invoice.reminded": gettext_lazy("sent a reminder of an invoice"),
    "invoice_number.voided": gettext_lazy("voided numbers of invoices"),
    "bank_statement.read": gettext_lazy("read a file of the bank"),
    "bank_entry.listed": gettext_lazy("looked at what came to the account"),
    "bank_entry.read": gettext_lazy("looked at a payment to the account"),
    "bank_entry.matched": gettext_lazy("a payment was put to an invoice"),
    "bank_entry.undone": gettext_lazy("undid that a payment was put to an invoice"),
    "bank_entry.set_aside": gettext_lazy("set a payment to the account aside"),
    "bank_entry.taken_up": gettext_lazy("took up a payment to the account again"),
    "voucher.entries_taken_out": gettext_lazy("took out entries for the books"),
    "voucher.taken_out": gettext_lazy("took out vouchers for the books"),
    "objection.objected": gettext_lazy("noted an objection"),
    "objection.lifted": gettext_lazy("noted that an objection was lifted"),
    "suppression.added": gettext_lazy("forbade an address"),
    "suppression.lifted": gettext_lazy("allowed an address again"),
    "acknowledgement.added": gettext_lazy("noted an acknowledgement"),
    "person.restricted": gettext_lazy("restricted processing"),
    "person.restriction_lifted": gettext_lazy("ended a restriction"),
    "correction.opened": gettext_lazy("opened the sealed record of a correction"),
    "statement.added": gettext_lazy("added a statement of the person"),
    "disclosure.noted": gettext_lazy("noted to whom data were given"),
    "disclosure.read": gettext_lazy("looked to whom data were given"),
    "disclosure.listed": gettext_lazy("listed the recipients to be told"),
    "disclosure.notice_read": gettext_lazy("looked at a notice to a recipient"),
    "disclosure.to_be_told": gettext_lazy("recipients are to be told"),
    "disclosure.told": gettext_lazy("a recipient was told"),
    "disclosure.not_told": gettext_lazy("a recipient could not be told"),
    "contactpoint.verified": gettext_lazy("confirmed an address"),
    "contactpoint.bounced": gettext_lazy("noted that an address does not work"),
    "contactpoint.calls_forbidden": gettext_lazy("noted that calls are forbidden"),
    "contactpoint.calls_allowed": gettext_lazy("noted that calls are not forbidden"),
    "position.relevance_noted": gettext_lazy("noted what belongs to somebody's duties"),
    "message.queued": gettext_lazy("a message was put in the outbox"),
    "message.listed": gettext_lazy("looked at outgoing messages"),
    "message.opened": gettext_lazy("read an outgoing message"),
    "message.cancelled": gettext_lazy("cancelled a message"),
    "message.decided": gettext_lazy("said what became of a message"),
    "outbox.adopted": gettext_lazy("took the outbox over"),
    "preferences.asked": gettext_lazy("a link to one's own page was asked for"),
    "preferences.code_used": gettext_lazy("a code to one's own page was used"),
    "preferences.read": gettext_lazy("looked at one's own page"),
    "preferences.confirmed": gettext_lazy("confirmed an order from the address"),
    "item.held_for": gettext_lazy("allowed a value for one purpose more"),
    "mailing.written": gettext_lazy("wrote a letter to many"),
    "mailing.rewritten": gettext_lazy("rewrote a letter to many"),
    "mailing.counted": gettext_lazy("counted whom a letter would reach"),
    "mailing.audience_chosen": gettext_lazy("chose the audience of a letter"),
    "mailing.audience_forgotten": gettext_lazy("let the audience of a letter go"),
    "mailing.sent": gettext_lazy("let a letter to many go"),
    "mailing.stopped": gettext_lazy("stopped a letter to many"),
    "mailing.discarded": gettext_lazy("threw a draft away"),
    "order.listed": gettext_lazy("looked at the orders"),
    "order.read": gettext_lazy("looked at an order"),
    "order.searched": gettext_lazy("found something of the shop by its number"),
    "payment.listed": gettext_lazy("looked at the payments"),
    "payment.read": gettext_lazy("looked at a payment"),
    "invoice.listed": gettext_lazy("looked at the invoices"),
    "invoice.read": gettext_lazy("looked at an invoice"),
    "subscription.listed": gettext_lazy("looked at the subscriptions"),
    "withdrawal.listed": gettext_lazy("looked at the withdrawals"),
    "withdrawal.read": gettext_lazy("looked at a withdrawal"),
    "coupon.listed": gettext_lazy("looked at the coupons"),
    "coupon.added": gettext_lazy("made a coupon"),
    "coupon.stopped": gettext_lazy("stopped a coupon"),
    "list.taken_out": gettext_lazy("took a list out of the system"),
    "audit.read": gettext_lazy("looked at the read log"),
    "audit.who_saw": gettext_lazy("asked who saw a person"),
    "audit.what_touched": gettext_lazy("asked what an account did"),
    "duty.purpose_chosen": gettext_lazy("turned to a purpose"),
    "page.refused": gettext_lazy("was refused a page"),
    "session.started": gettext_lazy("signed in"),
    "session.refused": gettext_lazy("was refused the sign-in"),
    "session.code_refused": gettext_lazy("gave a wrong code"),
    "session.passkey_refused": gettext_lazy("gave a wrong passkey"),
    "session.ended": gettext_lazy("signed out"),
    "session.expired": gettext_lazy("was signed out by time"),
    "session.others_ended": gettext_lazy("signed out elsewhere"),
    "password.changed": gettext_lazy("changed the password"),
    "undertaking.signed": gettext_lazy("signed the undertaking"),
    "factor.app_added": gettext_lazy("added a code app"),
    "factor.app_removed": gettext_lazy("removed the code app"),
    "factor.codes_made": gettext_lazy("made recovery codes"),
    "factor.passkey_added": gettext_lazy("added a passkey"),
    "factor.passkey_removed": gettext_lazy("removed a passkey"),
    "factor.passkey_renamed": gettext_lazy("renamed a passkey"),
    "staff.listed": gettext_lazy("looked at the staff"),
    "staff.invited": gettext_lazy("invited an employee"),
    "staff.invited_again": gettext_lazy("invited an employee again"),
    "staff.enrolled": gettext_lazy("took up an invitation"),
    "staff.disabled": gettext_lazy("closed an account"),
    "staff.enabled": gettext_lazy("opened an account"),
    "staff.role_changed": gettext_lazy("changed a job role"),
    "staff.factors_forgotten": gettext_lazy("removed somebody's second factors"),
    "security_log.read": gettext_lazy("looked at the security log"),
    "notice.published": gettext_lazy("published a notice"),
    "request.received": gettext_lazy("entered a data protection request"),
    "request.acknowledged": gettext_lazy("confirmed that a request arrived"),
    "request.assigned": gettext_lazy("noted whom a request concerns"),
    "request.asked": gettext_lazy("asked the person something about a request"),
    "request.answered": gettext_lazy("noted the person's answer"),
    "request.verified": gettext_lazy("it was proved who asks"),
    "request.not_verified": gettext_lazy("it could not be proved who asks"),
    "request.decided": gettext_lazy("decided a request"),
    "request.seconded": gettext_lazy("confirmed a refusal as the second employee"),
    "request.carried_out": gettext_lazy("carried out a request"),
    "request.extended": gettext_lazy("extended the time of a request"),
    "request.sent": gettext_lazy("sent the answer to a request"),
    "request.late": gettext_lazy("a request was answered late or not at all"),
    "request.closed": gettext_lazy("closed a request"),
    "request.withdrawn": gettext_lazy("noted that a request was taken back"),
    "request.reopened": gettext_lazy("opened a request again"),
    "request.listed": gettext_lazy("looked at the requests"),
    "request.read": gettext_lazy("looked at a request"),
    "request.right_added": gettext_lazy("added a right to a request"),
    "mydata.asked": gettext_lazy("a code to My data was asked for"),
    "mydata.code_used": gettext_lazy("a code to My data was used"),
    "mydata.opened": gettext_lazy("opened My data"),
    "mydata.proved": gettext_lazy("proved again who has My data open"),
    "mydata.closed": gettext_lazy("closed My data"),
}


def events(found: Sequence[EventLine], path: str, *, asked: str) -> dict[str, Any]:
    """Return the lines, where the list goes on, and where it is had as a file."""
    last = found[-1].number if len(found) == PAGE else None
    return {
        "events": [(event, deed_name(event.deed, event.count), max(len(event.subjects) - 3, 0)) for event in found],
        "older_url": f"{path}?{asked}&before={last}" if last else "",
        "csv_url": f"{path}?{asked}&muoto=csv",
    }


def deed_name(deed: str, count: int | None = None) -> str:
    """Return what the deed is called; of a retention run also the store, and how many rows went."""
    store, _dot, did = deed.partition(".")
    if did == "cleared":
        names = {one.key.replace(".", "_"): one.name for one in stores()}
        return _("cleared: %(store)s (%(count)s)") % {"store": names.get(store, store), "count": count or 0}
    return str(DEEDS.get(deed, deed))


def events_csv(found: Sequence[EventLine]) -> HttpResponse:
    """Return the events as a file for a spreadsheet: semicolons and a mark of UTF-8, as Finnish ones expect."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="loki.csv"'
    lines = csv.writer(response, delimiter=";", lineterminator="\r\n")
    lines.writerow([_("Time"), _("Who"), _("Job role"), _("Purpose"), _("What"), _("Persons"), _("Data"), _("Denied")])
    for event in found:
        lines.writerow([inert(cell) for cell in _csv_cells(event)])
    return response


def _csv_cells(event: EventLine) -> list[str]:
    return [
        event.at.astimezone(HELSINKI).isoformat(timespec="seconds"),
        event.actor_name,
        event.role,
        event.purpose,
        deed_name(event.deed, event.count),
        " ".join(reference or str(subject) for subject, reference in event.subjects),
        ", ".join(event.categories),
        _("yes") if event.denied else "",
    ]


def inert(cell: str) -> str:
    """Return the cell so that no spreadsheet reads it as a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
