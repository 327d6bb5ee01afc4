"""Expected refusals. Each says in the reader's language what is wrong; the middleware turns them into pages."""

from django.utils.functional import Promise

Words = str | Promise


class Refusal(Exception):  # noqa: N818 -- a refusal is an answer, not an error
    """A deed that was refused, with the reason a person can act on and, where there is one, the field it concerns."""

    status = 422

    def __init__(self, message: Words, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Missing(Refusal):
    """What was asked for does not exist, or does not exist for this duty: the two must look alike."""

    status = 404

    def __init__(self, message: Words = "") -> None:
        super().__init__(message)


class NotAllowed(Refusal):
    """The job role does not include this deed."""

    status = 403
