"""Static files, fingerprinted and compressed; a sheet that imports another is served as one file, so a first view asks once."""

import re
from collections.abc import Iterator
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
                whole = IMPORT.sub(lambda found, name=name: self._text(paths, f"{name.rpartition('/')[0]}/{found[1]}"), text)
                if whole != text:
                    self.delete(name)
                    self._save(name, ContentFile(whole.encode()))
                    paths[name] = (self, name)
        yield from super().post_process(paths, *args, **options)

    @staticmethod
    def _text(paths: dict[str, Any], name: str) -> str:
        storage, path = paths[name]
        with storage.open(path) as file:
            return file.read().decode()
