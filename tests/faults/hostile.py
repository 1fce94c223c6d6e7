"""Files that mean harm, made by a seed: photos, drawings and papers with more in them, bombs, and what only looks like one."""

import io
import random
import zlib

import pypdf
from PIL import Image, PngImagePlugin
from pypdf.actions import JavaScript
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from reception import materials

PAYLOAD = b"HOSTILE<script>alert(1)</script>"


def chunk(name, data):
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")


def png_bomb(chance):
    """Small in bytes, large in pixels: some allowed, some beyond."""
    side = chance.choice((6900, 12000, 30000, 65535, 2**31 - 1))
    depth, sort = chance.choice(((1, 0), (8, 2), (16, 6), (8, 3)))
    rows = zlib.compress(bytes(min(side, 30000) * chance.randint(1, 400)), 9)
    header = side.to_bytes(4, "big") * 2 + bytes([depth, sort, 0, 0, chance.randint(0, 1)])
    text = chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(60_000_000), 9)) if chance.random() < 0.3 else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + text + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg_bomb(chance):
    """A photo that says it is of another size than it is."""
    data = bytearray(photo(chance))
    at = data.find(b"\xff\xc0")
    data[at + 5 : at + 9] = bytes(chance.choice((0, 1, 255, 27)) for _n in range(4))
    return bytes(data)


def photo(chance):
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = PAYLOAD.decode()
    size = chance.randint(1, 300), chance.randint(1, 300)
    Image.effect_noise(size, 60).convert("RGB").save(out, "JPEG", exif=exif, comment=PAYLOAD, progressive=chance.random() < 0.3)
    return out.getvalue()


def drawing(chance):
    out = io.BytesIO()
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", PAYLOAD.decode())
    mode = chance.choice(("RGB", "RGBA", "L", "LA", "P", "1", "I;16"))
    Image.new(mode, (chance.randint(1, 300), chance.randint(1, 300))).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def paper(chance):
    """A PDF that would run a script, start a program and hand over a file, if anybody let it."""
    writer = pypdf.PdfWriter()
    for _n in range(chance.randint(1, 2)):
        writer.add_blank_page(chance.choice((1, 200, 595, 20000)), chance.choice((1, 200, 842, 20000)))
    writer.add_attachment("run.sh", b"#!/bin/sh\ntouch $CANARY\n" + PAYLOAD)
    writer.add_open_action(JavaScript(f"app.launchURL('file:///bin/sh'); // {PAYLOAD.decode()}"))
    launch = {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("/usr/bin/touch")}
    writer.root_object[NameObject("/AA")] = DictionaryObject({NameObject("/WC"): DictionaryObject(launch)})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def paper_bomb(chance):
    """A PDF written by hand: a stream that grows a thousandfold, pages that contain themselves, a picture larger than memory."""
    many = int(10 ** chance.uniform(4, 7.6))
    stream = zlib.compress(b"0 0 m 9 9 l S " * (many // 14), 9)
    side = chance.choice((4000, 30000, 60000))
    kids = chance.choice((b"[3 0 R]", b"[2 0 R 3 0 R]", b"[" + b"3 0 R " * 60 + b"]"))
    parts = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(" + PAYLOAD.replace(b"(1)", b"") + b")>>>>",
        b"<</Type/Pages/Kids" + kids + b"/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(stream) + stream + b"\nendstream",
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Length 5>>stream\nhello\nendstream"
        % (side, side),
    ]
    return (
        b"%PDF-1.7\n"
        + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, part) for n, part in enumerate(parts, 1))
        + b"trailer<</Root 1 0 R>>"
    )


def polyglot(chance):
    """One thing in front and another behind."""
    behind = (
        b"PK\x03\x04",
        b"<?php system('touch $CANARY'); ?>",
        b"<html>",
        b"\x7fELF\x02\x01\x01",
        b"MZ\x90\0",
        b"#!/bin/sh\n",
        b"Rar!\x1a\x07",
    )
    front = chance.choice((photo, drawing, paper))(chance)
    return front + chance.choice(behind) + PAYLOAD + chance.randbytes(chance.randint(0, 5000))


def disguised(chance):
    """Not what may be sent at all, or only the first bytes of it."""
    starts = (
        b"GIF89a",
        b"<svg onload=alert(1)>",
        b"MZ",
        b"\x7fELF",
        b"PK\x03\x04",
        b"BM",
        b"II*\0",
        b"%!PS",
        b"#!/bin/sh\ntouch $CANARY\n",
        b"\0",
        b"8BPS",
    )
    starts += tuple(magic for magic, _kind in materials.MAGIC) * 3
    return chance.choice(starts) + PAYLOAD + chance.randbytes(chance.randint(0, 3000))


def mutated(chance):
    """A good file with some bytes changed, cut out, doubled or in the wrong place."""
    data = bytearray(chance.choice((photo, drawing, paper))(chance))
    for _change in range(chance.randint(1, chance.choice((2, 30)))):
        at, length = chance.randrange(len(data)), chance.randint(1, 40)
        how = chance.randrange(5)
        if how == 0:
            data[at] = chance.randrange(256)
        elif how == 1:
            data[at : at + length] = b""
        elif how == 2:
            data[at:at] = data[at : at + length] * chance.randint(1, 20)
        elif how == 3:
            data[at : at + length] = chance.randbytes(length)
        else:
            data[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\x80\0\0\0"))
        data = data or bytearray(b"\0")
    return bytes(data)


# How often each: the bombs cost what their limits allow, so they are fewer.
SORTS = (
    *((mutated,) * 24),
    *((polyglot,) * 6),
    *((disguised,) * 3),
    *((jpeg_bomb,) * 2),
    *((photo, drawing, paper, png_bomb, paper_bomb)),
)


def files(count, seed):
    """That many files, each with its sort; the same for the same seed."""
    for n in range(count):
        chance = random.Random(f"{seed} {n}")
        sort = SORTS[n % len(SORTS)]
        yield sort.__name__, sort(chance)
