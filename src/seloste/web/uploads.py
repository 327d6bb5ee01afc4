"""Files that are sent in: held in memory, only where a page takes them, and only of somebody who is signed in."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class StaffUploads(FileUploadHandler):
    """Takes files for views that say how many bytes they take (``takes_files``); for all others a file is nothing.

    Nothing is ever written to disk. A larger file is not held: the request says ``has_too_large_file``.
    """

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ANN401, ARG002 -- Django's signature
        META: Mapping[str, Any],  # noqa: ARG002, N803
        content_length: int,  # noqa: ARG002
        boundary: str,  # noqa: ARG002
        encoding: str | None = None,  # noqa: ARG002
    ) -> None:
        """Find out whether the page takes files, of whom, and how large."""
        found = getattr(self.request, "resolver_match", None)
        takes = getattr(found.func, "takes_files", 0) if found else 0
        user = getattr(self.request, "user", None)
        self.limit = takes if takes and user is not None and user.is_authenticated else 0
        self.left = self.limit  # of all files together

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- goes through to Django
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.held, self.is_too_large = BytesIO(), False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002
        """Hold on to the bytes as far as the page takes them, and let the rest go: the fields after it are kept."""
        self.left -= len(raw_data)
        if self.left < 0:
            self.held, self.is_too_large = BytesIO(), True
        else:
            self.held.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile | None:
        """Hand the file over; of one that is too large, only that it was."""
        if not self.limit or self.is_too_large:
            self.request.has_too_large_file = bool(self.limit)  # type: ignore[union-attr]
            return None
        self.held.seek(0)
        return InMemoryUploadedFile(
            file=self.held,
            field_name=self.field_name,
            name=self.file_name or "",
            content_type=self.content_type or "",
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
