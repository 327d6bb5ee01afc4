"""What a person types at the entrance of her own page."""

from collections.abc import Mapping
from datetime import datetime

from seloste.intake.forms import PublicForm
from seloste.outreach.forms import CodeForm, read_address

#: The declared form.
FORM = "mydata"

__all__ = ["FORM", "AskForm", "CodeForm"]


class AskForm(PublicForm):
    """The address that a code goes to."""

    def __init__(self, *, language: str, at: datetime, data: Mapping[str, str] | None = None) -> None:
        super().__init__(FORM, language=language, at=at, data=data)

    def clean_email(self) -> str:
        """Read the address as an envelope would."""
        return read_address(self.cleaned_data["email"])
