"""One table: the forms that were sent, so that a form sent twice does its deed once."""

from typing import ClassVar

from django.db import models

from seloste.kernel.holdings import Holdings, not_personal, personal


class SentForm(models.Model):
    """A form that did its deed, and the page that was shown afterwards. Rows are removed after a day."""

    token = models.UUIDField(primary_key=True)
    sent_at = models.DateTimeField(db_index=True)
    sent_by = models.UUIDField()
    then = models.TextField()
    content = models.TextField()

    holds: ClassVar[Holdings] = {
        "token": not_personal("random mark of the form"),
        "sent_at": personal("staff"),
        "sent_by": personal("staff"),
        "then": not_personal("address of a page of the desk: random ids only"),
        "content": not_personal("keyed hash of what was sent; tells whether the same was sent again, and nothing else"),
    }

    def __str__(self) -> str:
        return str(self.token)
