"""Papers and photos that citizens send: looked at by content, drawn anew in a process that can do no harm.

Source: the house's threat model, T14. Taken are JPEG, PNG and PDF; a name says nothing, the first bytes do.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.utils.translation import gettext as _

from reception import scanning
from reception.errors import Refused

log = structlog.get_logger(__name__)
MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 8
MOST_BYTES_TOGETHER = 40 * 1024 * 1024
SECONDS = 20
MAGIC = ((b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"%PDF-", "pdf"))
REMAKING = Path(__file__).with_name("remaking.py")


@dataclass(frozen=True)
class Material:
    """A file as we drew it: its type and its bytes."""

    media_type: str
    content: bytes


class NotTaken(Refused):
    """A file that can't be taken; the words say why and what to do."""


def not_now() -> str:
    """What is said where the machine can take no file for the present."""
    return _("暂时不能保存材料，填好的内容都还在。请过一会儿再传；也可以先不带材料提交，把材料当天带来或以后补交。")


def kind_of(start: bytes) -> str:
    """``jpeg``, ``png`` or ``pdf`` by the first bytes. Raises `NotTaken`."""
    for magic, kind in MAGIC:
        if start.startswith(magic):
            return kind
    raise NotTaken(_("只能上传照片（JPG、PNG）或 PDF。请把材料拍成照片，或另存为 PDF 后再传。"))


def remade(data: bytes) -> Material:
    """The file drawn anew. Raises `NotTaken` for what is too big, broken, locked, or would take too long."""
    if not data:
        raise NotTaken(_("这个文件是空的，请重新选择。"))
    if len(data) > MOST_BYTES:
        raise NotTaken(_("每个文件最大 10 MB。请压缩或分开后再传。"))
    kind = kind_of(data[:16])
    _looked_at(data)
    command = [sys.executable, "-I", str(REMAKING), kind]
    try:
        done = subprocess.run(  # noqa: S603  our own program, with a word of ours
            command,
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            cwd="/",
            env={"LC_ALL": "C.UTF-8"},
        )
    except OSError as error:
        log.error("drawing_not_begun", errno=error.errno)
        raise NotTaken(not_now()) from error
    except subprocess.TimeoutExpired as error:
        raise NotTaken(_("这个文件处理起来太费时。请压缩、减少页数，或拍成照片后再传。")) from error
    if done.returncode != 0 or not done.stdout:
        raise NotTaken(_said(done.stderr.decode("ascii", "replace")))
    return Material("application/pdf" if kind == "pdf" else "image/jpeg", done.stdout)


def _looked_at(data: bytes) -> None:
    try:
        if scanning.found(data):
            raise NotTaken(_("杀毒软件发现这个文件带有病毒，没有保存。请换一个文件，或把材料拍成照片后再传。"))
    except scanning.NoAnswer as error:
        raise NotTaken(not_now()) from error


def _said(word: str) -> str:
    return {
        "pixels": _("这张图片太大（超过五千万像素）。请缩小后再传。"),
        "pages": _("PDF 最多 50 页。请分开后再传。"),
        "locked": _("这个 PDF 有密码。请去掉密码，或拍成照片后再传。"),
    }.get(word, _("这个文件打不开，可能已损坏。请重新拍照或另存为 PDF 后再传。"))
