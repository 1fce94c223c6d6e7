"""A stranger's file is drawn anew, or refused in words; whatever it is, it does no harm."""

import io
import random
import time
import zlib

import pypdf
import pytest
from PIL import Image
from pypdf.actions import JavaScript

from reception import materials


def picture(kind="JPEG", size=(400, 300), mode="RGB", **more):
    out = io.BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else None).save(out, kind, **more)
    return out.getvalue()


def pdf(pages=1, **more):
    writer = pypdf.PdfWriter()
    for _n in range(pages):
        writer.add_blank_page(595, 842)
    for key, value in more.items():
        getattr(writer, key)(value)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_photo_loses_its_place_and_is_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    made = materials.remade(picture(exif=exif, comment=b"secret words"))
    with Image.open(io.BytesIO(made.content)) as image:
        assert (made.media_type, image.format, image.size, dict(image.getexif())) == ("image/jpeg", "JPEG", (300, 400), {})
    assert b"secret words" not in made.content
    assert b"Exif" not in made.content


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_every_sort_of_png_becomes_a_jpeg(mode):
    with Image.open(io.BytesIO(materials.remade(picture("PNG", mode=mode)).content)) as image:
        assert (image.format, image.mode) == ("JPEG", "RGB")


def test_what_stands_behind_a_picture_is_gone():
    made = materials.remade(picture() + b"PK\x03\x04 a zip behind it <script>")
    assert b"script" not in made.content


def test_a_pdf_keeps_its_pages_and_loses_its_scripts():
    made = materials.remade(pdf(3, add_open_action=JavaScript("app.alert('hello')")))
    reader = pypdf.PdfReader(io.BytesIO(made.content))
    assert (made.media_type, len(reader.pages)) == ("application/pdf", 3)
    assert b"JavaScript" not in made.content
    assert b"alert" not in made.content


def bomb():
    """A PNG of 30,000 × 30,000 black pixels in some kilobytes."""

    def chunk(name, data):
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    header = (30000).to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    rows = zlib.compress(bytes(3751) * 30000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b"PK\x03\x04" + bytes(100), "只能上传照片"),
        (b"GIF89a" + bytes(100), "只能上传照片"),
        (b"<svg onload=alert(1)>", "只能上传照片"),
        (b"MZ" + bytes(100), "只能上传照片"),
        (b"\xff\xd8\xff" + bytes(10 * 1024 * 1024), "最大 10 MB"),
        (b"\xff\xd8\xff" + bytes(2000), "打不开"),
        (b"%PDF-1.7\n" + bytes(2000), "打不开"),
        (pdf(51), "最多 50 页"),
        (pdf(1, encrypt="geheim"), "有密码"),
        (bomb(), "像素"),
        (picture()[:500], "打不开"),
    ],
    ids=["empty", "zip", "gif", "svg", "exe", "huge", "no jpeg", "no pdf", "pages", "locked", "bomb", "cut"],
)
def test_what_cannot_be_taken_is_refused_in_words(data, words):
    with pytest.raises(materials.NotTaken, match=words):
        materials.remade(data)


def test_mutated_files_are_taken_or_refused_and_nothing_else():
    chance = random.Random(20260224)
    seeds = [picture(), picture("PNG", mode="RGBA"), pdf(2)]
    outcomes = set()
    for n in range(24):
        data = bytearray(seeds[n % 3])
        for _change in range(chance.randint(1, 40)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        started = time.monotonic()
        try:
            outcomes.add(materials.remade(bytes(data)).media_type)
        except materials.NotTaken:
            outcomes.add("refused")
        assert time.monotonic() - started < materials.SECONDS + 5
    assert {"refused"} < outcomes
