"""The static files, each under a name that holds its hash."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Remembers the addresses it has told: a page names its sprite some fifty times, and it stays where it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- whatever the storage takes
        super().__init__(*args, **kwargs)
        self._told: dict[str, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:  # noqa: FBT001, FBT002 -- Django's own signature
        """Return the file's address; ``force`` is for the collecting, when names still change."""
        if name is None or force:
            return str(super().url(name, force))
        if name not in self._told:
            self._told[name] = str(super().url(name))
        return self._told[name]
