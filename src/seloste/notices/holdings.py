"""What the tables hold that belong to no room: Django's own."""

from seloste.kernel.holdings import declare, not_personal

_steps = not_personal("which changes of the tables were applied, written by Django")

declare("django_migrations", id=_steps, app=_steps, name=_steps, applied=_steps)
