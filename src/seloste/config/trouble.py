"""Expected trouble of the house: a wrong setting, a busy port, a database that cannot start."""


class Trouble(Exception):  # noqa: N818 -- trouble is told in one line, it is not a defect
    """Something the operator can put right; its message is one line that says what is wrong and what to do."""
