"""A citizen's browser at its form, over a line of its own to the real server: files are sent, forms are sent, and sent again."""

import http.client
import io
import random
import socket

from PIL import Image

from reception import scope
from reception.models import Draft, Upload
from tests.faults import portal

BETWEEN = "--a-line-between"
PATIENCE = 60


def photo(n=0, side=300):
    """A picture that is another one for each number, and the same each time: noise, so that it stays as large as it is."""
    made = Image.frombytes("L", (side, side), random.Random(n).randbytes(side * side)).convert("RGB")
    out = io.BytesIO()
    made.save(out, "JPEG", quality=95)
    return out.getvalue()


class Visitor:
    """One browser, and the form it fills in; where it `stays`, all over one line."""

    def __init__(self, port, check, *, stays=False):
        self.port, self.check, self.stays = port, check, stays
        self.line = None

    def ask(self, method, address, body=None, **more):
        """The status, the page or the address it leads to, and the headers; a status of 0 where the line broke."""
        if self.line is None:
            self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            self.line.request(method, address, body, {**portal.headers(self.port), **more})
            answer = self.line.getresponse()
            said = answer.read().decode()
            return answer.status, answer.headers.get("Location") or said, answer.headers
        except (OSError, http.client.HTTPException):
            self.hang_up()
            return 0, "", {}
        finally:
            if not self.stays:
                self.hang_up()

    def hang_up(self):
        if self.line is not None:
            self.line.close()
        self.line = None

    def upload(self, content, prefix=""):
        return self.ask("POST", prefix + self._material(), parts(content), **MULTIPART)

    def take_out(self, row):
        return self.ask("POST", self._material(), f"csrfmiddlewaretoken={portal.TOKEN}&do=remove+{row.uid}")

    def send(self, prefix=""):
        return self.ask("POST", prefix + self.check, portal.BODY)

    def begin_upload(self, content):
        """A line on which half of a file has been sent."""
        body = parts(content)
        told = {**portal.headers(self.port), **MULTIPART, "Content-Length": str(len(body))}
        line = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        head = f"POST {self._material()} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in told.items())
        line.sendall(head.encode() + b"\r\n" + body[: len(body) // 2])
        return line

    def _material(self):
        return self.check.replace("/check/", "/material/")


MULTIPART = {"Content-Type": f"multipart/form-data; boundary={BETWEEN}"}


def parts(content):
    """The form of the page of files, as a browser sends it."""
    fields = {"csrfmiddlewaretoken": portal.TOKEN, "do": "add"}
    said = [f'--{BETWEEN}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    head = 'Content-Disposition: form-data; name="files"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    return ("".join(said) + f"--{BETWEEN}\r\n{head}").encode() + content + f"\r\n--{BETWEEN}--\r\n".encode()


def form_of(check, office):
    """What the portal keeps of a form, and its files."""
    with scope.county(office.county):
        draft = Draft.objects.select_related("booking").get(uid=check.split("/")[3])
        return draft, list(Upload.objects.filter(draft=draft).order_by("pk"))
