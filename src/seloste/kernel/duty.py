"""Who acts, in which job role and for which purpose: what every deed and every question is told."""

from dataclasses import dataclass, replace
from uuid import UUID

#: The actor of what the system does by itself and of what a visitor does without signing in.
NOBODY = UUID(int=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """An employee at work: notice S8.3 as a value. Purposes and categories come from the declared job role."""

    actor: UUID
    role: str
    purpose: str
    purposes: frozenset[str]
    categories: frozenset[str]
    may: frozenset[str] = frozenset()

    def sees(self, category: str, purposes: "frozenset[str] | list[str] | tuple[str, ...]") -> bool:
        """Tell whether the role includes the category and at least one of the purposes the value is held for."""
        return category in self.categories and not self.purposes.isdisjoint(purposes)

    def working_on(self, purpose: str) -> "Duty":
        """Return the same duty, acting for another of its purposes; ValueError where it is not one of them."""
        if purpose not in self.purposes:
            message = f"{purpose} is not a purpose of the role {self.role}"
            raise ValueError(message)
        return replace(self, purpose=purpose)


def visitor(purpose: str) -> Duty:
    """Return the duty of a person who uses the public site: may leave something, sees nothing."""
    return Duty(actor=NOBODY, role="visitor", purpose=purpose, purposes=frozenset(), categories=frozenset())


def system(purpose: str) -> Duty:
    """Return the duty under which the system acts by itself."""
    return Duty(actor=NOBODY, role="system", purpose=purpose, purposes=frozenset(), categories=frozenset())


def operator(purpose: str, *, may: frozenset[str]) -> Duty:
    """Return the duty of the person at the server's own command line; sees no values, may do what is named."""
    return Duty(actor=NOBODY, role="operator", purpose=purpose, purposes=frozenset(), categories=frozenset(), may=may)
