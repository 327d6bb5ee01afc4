"""Rules of the intake. Plain Python; no table, no clock."""

from datetime import timedelta

from seloste.floods.rules import Limit

#: A form that comes back sooner was filled by a machine, or by someone who pressed twice; either may press again.
FASTEST = timedelta(seconds=3)
#: A form may stand open for a working day and a night.
OPEN_FOR = timedelta(hours=24)
#: Forms that one network may send: an office behind one address is not a flood.
FROM_A_NETWORK = Limit(an_hour=20)
#: A declined message can be brought back for this long; then it is erased.
DECLINED_KEPT = timedelta(days=14)


def split_name(full: str) -> tuple[str, str]:
    """Return (given name, family name) as people usually write them; a single word is the family name.

    Nobles' particles and double surnames defeat every rule: the employee sees both fields and corrects them.
    """
    given, _, family = full.rpartition(" ")
    return given.strip(), family.strip()
