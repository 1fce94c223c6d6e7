"""``python -I remaking.py KIND``: draw a stranger's picture or PDF anew. Bytes in on standard input, bytes out on standard output.

Runs in a process of its own, allows itself no more memory, time and files than it needs before it reads a byte, and imports nothing of ours: whatever a file does to the
library that reads it stays here. What comes out was drawn by us, so nothing hides in it: no script, no metadata, no place, no
second file behind the first. Exit status 3, and one word on the error stream, for what can't be taken.
"""

import io
import resource
import sys

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 3000
MOST_PAGES = 50
PAGE_PIXELS = 1654  # the width of A4 at 200 dots an inch
REFUSED = 3
LIMITS = (
    (resource.RLIMIT_AS, 1024 * 1024 * 1024),
    (resource.RLIMIT_CPU, 10),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_NOFILE, 64),
    # No process beside it: the kernel holds everyone but root to this.
    (resource.RLIMIT_NPROC, 0),
)


class Unfit(Exception):
    """The file can't be taken; the one argument is the word that says why."""


def picture(data: bytes, kind: str) -> bytes:
    """A JPEG or PNG as a JPEG, upright, at most `LONGEST_SIDE` long. Raises `Unfit`."""
    from PIL import Image, ImageOps  # noqa: PLC0415  only what this kind of file needs is loaded

    # Asked before anything is decoded.
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(io.BytesIO(data), formats=[kind.upper()]) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Unfit("pixels")
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image)
        if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
            layered = upright.convert("RGBA")
            plain = Image.new("RGB", layered.size, "white")
            plain.paste(layered, mask=layered.getchannel("A"))
        else:
            plain = upright.convert("RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", plain.size)
    clean.paste(plain)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def document(data: bytes) -> bytes:
    """A PDF as a PDF of pictures of its pages. Raises `Unfit`."""
    import pypdfium2  # noqa: PLC0415

    try:
        source = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Unfit("locked" if "password" in str(error).lower() else "broken") from error
    if not 0 < len(source) <= MOST_PAGES:
        raise Unfit("pages")
    pages = []
    for page in source:
        width, height = page.get_size()
        if width < 1 or height < 1 or max(width, height) / min(width, height) > 20:
            raise Unfit("broken")
        scale = PAGE_PIXELS / min(width, height)
        scale = min(scale, LONGEST_SIDE / max(width, height))
        # Forms and scripts are not run: only what is painted is taken.
        pages.append(page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB"))
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=200, quality=80)
    return out.getvalue()


def main() -> int:
    for what, most in LIMITS:
        resource.setrlimit(what, (most, most))
    kind = sys.argv[1]
    data = sys.stdin.buffer.read()
    try:
        made = document(data) if kind == "pdf" else picture(data, kind)
    except Unfit as unfit:
        sys.stderr.write(str(unfit))
        return REFUSED
    except MemoryError:
        sys.stderr.write("memory")
        return REFUSED
    except Exception:  # noqa: BLE001  whatever a hostile file does to the library, it is a file that can't be read
        sys.stderr.write("broken")
        return REFUSED
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
