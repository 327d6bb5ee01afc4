"""Fields as people fill them in."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from seloste.kernel.forms import EurosField

FIELD = EurosField(min_value=Decimal("0.01"), max_value=Decimal("312.50"))


@pytest.mark.parametrize("typed", ["12,50", "12.50", " 12,50 € ", "12,5"])
def test_an_amount_is_read_as_people_type_it(typed: str) -> None:
    assert FIELD.clean(typed) == Decimal("12.50")


@pytest.mark.parametrize("typed", ["312,51", "0", "-1", "NaN", "1e9", "a", "1,234"])
def test_an_amount_that_cannot_be_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        FIELD.clean(typed)


def test_the_most_is_told_as_amounts_are_written() -> None:
    with override("fi"), pytest.raises(ValidationError) as refused:
        FIELD.clean("400")
    assert "312,50\N{NO-BREAK SPACE}€" in refused.value.messages[0]
