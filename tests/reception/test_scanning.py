"""A file is shown to the office's virus scanner before anything else is done with it; without a clear word it is not kept."""

import io
import socket
import threading

import pytest
from PIL import Image

from reception import materials, scanning

BAD = b"this is bad"


class Clamd:
    """A scanner by the same words: it reads the pieces, and knows one bad thing. `says` is an answer that is no answer."""

    def __init__(self, family, at):
        self.says, self.seen = None, []
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.bind(at)
        self.socket.listen()
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        while True:
            try:
                line, _where = self.socket.accept()
            except OSError:
                return
            with line, line.makefile("rb") as words:
                assert words.read(10) == b"zINSTREAM\0"
                data = b""
                while length := int.from_bytes(words.read(4), "big"):
                    data += words.read(length)
                self.seen.append(data)
                line.sendall(
                    self.says if self.says is not None else b"stream: Eicar-Test FOUND\0" if BAD in data else b"stream: OK\0"
                )

    def end(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join()


@pytest.fixture(params=["unix", "tcp"])
def clamd(request, folder, settings):
    if request.param == "unix":
        made = Clamd(socket.AF_UNIX, f"{folder}/clamd")
        settings.CLAMD_ADDRESS = f"unix://{folder}/clamd"
    else:
        made = Clamd(socket.AF_INET, ("127.0.0.1", 0))
        settings.CLAMD_ADDRESS = f"tcp://127.0.0.1:{made.socket.getsockname()[1]}"
    yield made
    made.end()


@pytest.fixture
def photograph():
    made = io.BytesIO()
    Image.effect_noise((400, 400), 90).save(made, "JPEG", quality=95)
    return made.getvalue()


def test_what_is_clean_is_drawn_anew(clamd, photograph):
    assert len(photograph) > scanning.PIECE
    assert materials.remade(photograph).media_type == "image/jpeg"
    assert clamd.seen == [photograph]


def test_what_is_not_is_refused_in_words(clamd, photograph):
    with pytest.raises(materials.NotTaken, match="带有病毒，没有保存"):
        materials.remade(photograph + BAD)


@pytest.mark.parametrize("says", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"\xff\xfe\0", b"stream: OK but\0"])
def test_without_a_clear_word_it_is_not_kept(clamd, photograph, says):
    clamd.says = says
    with pytest.raises(materials.NotTaken, match="请过一会儿再传"):
        materials.remade(photograph)


def test_where_the_scanner_is_away_it_is_not_kept(settings, folder, photograph):
    settings.CLAMD_ADDRESS = f"unix://{folder}/nobody"
    with pytest.raises(materials.NotTaken, match="请过一会儿再传"):
        materials.remade(photograph)


def test_one_that_hangs_is_not_waited_for_longer_than_that(settings, folder, monkeypatch):
    monkeypatch.setattr(scanning, "SECONDS", 0.2)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(f"{folder}/silent")
        silent.listen()
        settings.CLAMD_ADDRESS = f"unix://{folder}/silent"
        with pytest.raises(scanning.NoAnswer):
            scanning.found(b"x" * 100)


def test_where_there_is_none_nothing_is_asked(settings):
    settings.CLAMD_ADDRESS = ""
    assert scanning.found(BAD) == ""
