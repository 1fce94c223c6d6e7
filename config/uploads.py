"""Files that arrive stay in memory, and too many bytes are refused before one of them is read."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler


class InMemory(MemoryFileUploadHandler):
    """Django's own, but what does not fit is refused instead of being left out."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:  # noqa: N803
        super().handle_raw_input(input_data, META, content_length, *args, **kwargs)
        if not self.activated:
            raise RequestDataTooBig("more than FILE_UPLOAD_MAX_MEMORY_SIZE")
