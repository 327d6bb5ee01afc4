"""What of this room goes when its time is up: first the words of a message, later that it was sent at all."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from seloste.kernel import retention
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Words
from seloste.kernel.retention import Store
from seloste.mail.choices import MessageKind
from seloste.mail.models import Enclosure, Message, MessageEvent


def _with_words() -> QuerySet[Message]:
    return Message.objects.exclude(text="").filter(body_until__isnull=False)


def clear_words(_by: Duty, at: datetime, limit: int) -> int:
    """Empty the words of messages whose last day is over, with their files; the rows stay."""
    over = _with_words().filter(body_until__lt=local_date(at)).order_by("body_until", "id")
    ids = list(over.select_for_update().values_list("id", flat=True)[:limit])
    Enclosure.objects.filter(message_id__in=ids).delete()
    return Message.objects.filter(id__in=ids).update(subject="", text="", html="", one_click_url="", preferences_url="")


def clear_messages(rows: QuerySet[Message], at: datetime, limit: int) -> int:
    """Delete messages whose last day is over, with their fates; one with a later fate stays as long as that."""
    today = local_date(at)
    over = rows.filter(keep_until__lt=today).order_by("keep_until", "id")
    ids = list(over.select_for_update().values_list("id", flat=True)[:limit])
    MessageEvent.objects.filter(message__in=ids, keep_until__lt=today).delete()
    living = MessageEvent.objects.filter(message=OuterRef("id"))
    Message.objects.filter(id__in=ids).exclude(Exists(living)).delete()
    return len(ids) - Message.objects.filter(id__in=ids).count()


WORDS = Store(
    key="mail.words",
    name=_("Words of messages sent"),
    purpose="customer_care",
    due=lambda until: retention.due_by_day(_with_words(), F("body_until"), until),
    clear=clear_words,
    held=lambda: Message.objects.exclude(text="").count(),
    shorter=_("A month is enough to answer what we sent and to see what went wrong; that it was sent stays longer."),
)


def messages_of(key: str, *, purpose: str, name: Words, kinds: list[MessageKind]) -> Store:
    """Return the store of the messages of some kinds; each row knows the last day of its own purpose."""

    def rows() -> QuerySet[Message]:
        return Message.objects.filter(kind__in=kinds)

    return Store(
        key=key,
        name=name,
        purpose=purpose,
        due=lambda until: retention.due_by_day(rows(), F("keep_until"), until),
        clear=lambda _by, at, limit: clear_messages(rows(), at, limit),
        held=lambda: rows().count(),
    )


SERVICE = messages_of(
    "mail.service",
    purpose="customer_care",
    name=_("Messages about people's own matters: to whom and when"),
    kinds=[MessageKind.SERVICE, MessageKind.LEGAL],
)
MARKETING = messages_of(
    "mail.marketing",
    purpose="direct_marketing",
    name=_("Marketing messages: to whom and when"),
    kinds=[MessageKind.MARKETING],
)

STORES = (WORDS, SERVICE, MARKETING)
