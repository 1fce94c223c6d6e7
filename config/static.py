"""Static files, fingerprinted and compressed; a sheet that imports another is served as one file, so a first view asks once."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = re.compile(r'^@import url\("([\w.-]+\.css)"\);\n', re.MULTILINE)


class PortalStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Writes the text of ``@import url("tokens.css");`` in its place before the files get their fingerprints."""

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Iterator[Any]:
        if not options.get("dry_run"):
            for name in [name for name in paths if name.startswith("css/") and name.endswith(".css")]:
                text = self._text(paths, name)
                whole = IMPORT.sub(partial(self._imported, paths, name.rpartition("/")[0]), text)
                if whole != text:
                    self.delete(name)
                    self._save(name, ContentFile(whole.encode()))
                    paths[name] = (self, name)
        yield from super().post_process(paths, *args, **options)

    def _imported(self, paths: dict[str, Any], folder: str, found: re.Match[str]) -> str:
        return self._text(paths, f"{folder}/{found[1]}")

    @staticmethod
    def _text(paths: dict[str, Any], name: str) -> str:
        storage, path = paths[name]
        with storage.open(path) as file:
            return str(file.read().decode())
