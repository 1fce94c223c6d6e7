"""The ways by which people and their words come into the portal, each gone once with marked ones, by a browser that notes every address."""

import io
import re
import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from petitions.models import Case
from reception import scope
from reception.models import Booking
from tests.access.marks import IDENTITY, MATTER
from tests.petitions.receptions import AT
from tests.reception import bookers, days

PERSON = {"name": IDENTITY["name"], "phone": IDENTITY["phone"], "id_number": IDENTITY["id number"], "address": IDENTITY["address"]}
PAPER = {"walk-outcome": "received", "walk-arrived": "08:40", "walk-begun": "09:00", "walk-until": "09:09"}

# One person comes once a day, so on paper it is another.
SECOND = {"name": IDENTITY["name"] + "乙", "phone": "13987650124", "id_number": ""}


class Noting:
    """A browser; every address it asked for, was led to or was shown stays in `addresses`, error pages in `errors`."""

    def __init__(self, client):
        self.client, self.addresses, self.errors = client, [], []
        client.raise_request_exception = False

    def ask(self, method, path, *given, **more):
        response = getattr(self.client, method)(path, *given, **more)
        body = b"" if response.streaming else response.content
        self.addresses += [path, response.headers.get("Location", "")]
        if "html" in response.headers.get("Content-Type", ""):
            self.addresses += re.findall(r'(?:href|src|action)="([^"]*)"', body.decode())
        if response.status_code >= 400:
            self.errors.append(body)
        return response

    def get(self, path):
        return self.ask("get", path)

    def post(self, path, data=None, status=302):
        response = self.ask("post", path, data or {})
        assert response.status_code == status, (
            path,
            response.status_code,
            re.findall(r'class="[^"]*(?:error|warning|message)[^"]*"[^>]*>[^<]*(?:<[^>]*>)?[^<]*', response.content.decode()),
        )
        return response


def photo():
    note = Image.Exif()
    note[0x010E] = IDENTITY["photo's note"]
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(made, "JPEG", exif=note)
    return SimpleUploadedFile(IDENTITY["file's name"] + ".jpg", made.getvalue(), "image/jpeg")


def books(browser, office):
    """A booking online, page by page, with a photo; and its receipt, code and own page."""
    start = browser.post("/chenghe/book/start/", {"sitting": str(bookers.sitting(office, "R2", "2026-03-16").uid)})
    form = start["Location"].rsplit("/", 2)[0] + "/"
    browser.post(f"{form}matter/", {"topic": "T1", **MATTER})
    browser.post(f"{form}person/", {**PERSON, "phone": "1"}, status=200)
    browser.post(f"{form}person/", PERSON)
    browser.post(f"{form}people/", {"people": "1"})
    browser.post(f"{form}material/", {"do": "add", "files": photo()})
    browser.post(f"{form}material/", {"do": "next"})
    browser.post(f"{form}check/", {"do": "send"})
    return follow(browser, browser.get(f"{form}receipt/"))


def writes(browser):
    """A letter on the net, with a photo."""
    told = {"addressed_to": "L1", "topic": "T1", "people": "1", **MATTER, **PERSON}
    form = browser.post("/chenghe/letters/new/", told)["Location"].removesuffix("check/")
    browser.post(f"{form}check/", {"do": "add", "files": photo()}, status=200)
    browser.post(f"{form}check/", {"do": "send"})
    return follow(browser, browser.get(f"{form}receipt/"))


def follow(browser, receipt):
    """By number and code, first with a wrong one."""
    page = receipt.content.decode()
    number, code = (re.search(rf'class="receipt-{name}"[^>]*>([\d -]+)<', page)[1] for name in ("number", "code"))
    browser.post("/track/", {"number": number, "code": "1" * 17}, status=200)
    shown = browser.get(browser.post("/track/", {"number": number, "code": code})["Location"])
    assert shown.status_code == 200
    return shown


def comes(clerk, office):
    """A call, somebody at the door, and somebody entered from paper afterwards."""
    call = {"key": str(uuid.uuid4()), "way": "phone", "received_on": "2026-02-24", "read_back": "on", "people": "1"}
    topic = bookers.topic(office).pk
    clerk.post(reverse("admin:case_new"), {**call, "topic": topic, **MATTER, **PERSON, "papers": photo()}, status=200)
    days.begun(office, at=AT)
    day = bookers.sitting(office).day_id
    here = {"key": str(uuid.uuid4()), "sitting": bookers.sitting(office).pk, "people": 1, "topic": topic, **MATTER, **PERSON}
    clerk.post(reverse("admin:walk_in", args=[day]), here, status=200)
    other = {**here, "key": str(uuid.uuid4()), "sitting": bookers.sitting(office, "R1").pk, "do": "walk_in"}
    clerk.post(reverse("admin:paper_entry", args=[day]), other | PAPER | SECOND)


def works(clerk, office):
    """The staff look, search, open who somebody is, screen, export and print."""
    with scope.county(office.county):
        cases, bookings = list(Case.objects.order_by("pk")), list(Booking.objects.order_by("pk"))
    assert len(cases) >= 2
    assert len(bookings) >= 3
    for said in (MATTER["matter"], IDENTITY["name"], IDENTITY["phone"]):
        assert clerk.post(reverse("admin:petitions_case_changelist"), {"q": said}, status=200).status_code == 200
    for case in cases:
        assert clerk.get(reverse("admin:case", args=[case.pk])).status_code == 200
        clerk.post(reverse("admin:case_copy", args=[case.pk]), {"reason": "核对身份证原件"}, status=200)
    for booking in bookings:
        clerk.post(reverse("admin:booking", args=[booking.pk]), {"do": "who-x", "who-why": "核对"}, status=200)
    clerk.post(reverse("admin:exports"), {"kind": "report_csv", "period": "2026-01"})
    clerk.post(reverse("admin:exports"), {"kind": "cases_xlsx", "period": "2026-02", "columns": ["number", "topic"]})


def errs(browser, clerk):
    """What is not there, is not allowed, or is no form: with the marks in what was sent."""
    browser.post("/chenghe/nowhere/", PERSON, status=404)
    browser.post(reverse("petitions:verify", args=["chenghe"]), {"number": PERSON["name"], "digits": PERSON["phone"]}, status=200)
    clerk.post(reverse("admin:reception_topic_add"), {"name": PERSON["name"]}, status=403)
    clerk.post(reverse("admin:case_slip", args=[0]), PERSON, status=404)
