"""How amounts stand in the tables: euros with two places, never negative."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Q

from seloste.kernel.money import EURO


def amount(**rest: Any) -> models.DecimalField[Any, Any]:  # noqa: ANN401 -- what a field is built with
    """Return a field for an amount of euros."""
    return models.DecimalField(max_digits=12, decimal_places=2, **rest)


def in_euros(table: str) -> CheckConstraint:
    """Return the constraint that the one currency is the euro."""
    return CheckConstraint(name=f"{table}_is_in_euros", condition=Q(currency=EURO))


def not_negative(table: str, *fields: str) -> CheckConstraint:
    """Return the constraint that no amount is below nothing."""
    return CheckConstraint(
        name=f"{table}_amounts_are_not_negative", condition=Q(**{f"{field}__gte": 0 for field in fields})
    )
