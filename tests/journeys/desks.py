"""People of the demo county at their desks, and a citizen at the portal: they find the case they were told of and press what its page offers."""

from io import BytesIO

from playwright.sync_api import expect
from pypdf import PdfReader

from reception import codes
from tests.journeys.test_staff import sign_in


class Desk:
    """Somebody signed in, with the case of one number; `shoot` takes a picture of every page that is filled in."""

    def __init__(self, open_page, shoot, username, number, *, prefix=""):
        self.page = sign_in(open_page, username, prefix)
        self.home, self.number, self.shoot, self.who = self.page.url, number, shoot, username.removeprefix("demo-")
        self.shots = 0

    def look(self, what):
        self.shots += 1
        self.shoot(self.page, f"{self.who}-{self.shots}-{what}")

    def found(self, words=""):
        """What the one search of the site finds for the case's number, or for other words."""
        self.page.goto(self.home)
        self.page.fill("#id_q", words or self.number)
        self.page.press("#id_q", "Enter")
        expect(self.page.locator("#id_q")).to_have_value(words or self.number)
        return self.page.locator(".found a[href*='/cases/']")

    def open(self):
        self.found().click()
        self.look("case")
        return self

    def pick(self, path=""):
        """Off the first page, which names the case itself, or leads to the list at `path` that does."""
        self.page.goto(self.home)
        self.look("home")
        if path:
            self.page.locator(f"#content .steps a[href*='{path}']").first.click()
            self.look("list")
        self.page.locator("#content a", has_text=self.number).first.click()
        return self

    def do(self, verb, fill=None, *, check=(), select=None):
        """Press what the page of the case offers, fill it in, send it; the page of the case says that it was done."""
        self.page.click(f".doings a[href$='/{verb}/']")
        for name, words in (fill or {}).items():
            self.page.fill(f"[name={name}]", words)
        for name, words in (select or {}).items():
            option = self.page.locator(f"[name={name}] option", has_text=words).first
            self.page.select_option(f"[name={name}]", value=option.get_attribute("value"))
        for one in check:
            self.page.check(one)
        self.look(verb)
        self.page.click("#content button.default")
        expect(self.page.locator(".messagelist .success")).to_be_visible()
        return self

    def papers(self):
        """Each document in the case's file as its PDF reads, by its name, the first one first."""
        rows = self.page.locator("#content li:has(a[href*='/documents/'])").all()
        found = [(row.locator("strong").inner_text(), read(self.page, row.locator("a.button"))) for row in reversed(rows)]
        self.look("file")
        return found


class Citizen:
    """Somebody who writes a letter on the net, and reads with number and code what becomes of it."""

    def __init__(self, open_page, shoot, prefix=""):
        self.open_page, self.shoot, self.prefix = open_page, shoot, prefix
        self.number = self.code = ""
        self.shots = 0
        self.page = None

    def look(self, what):
        self.shots += 1
        self.shoot(self.page, f"citizen-{self.shots}-{what}")

    def write(self, *, name, topic, matter, wish, to="", leader="", department=""):
        self.page = self.open_page(f"{self.prefix}/chenghe/letters/new/", width=390)
        if to:
            self.page.check(f"[name=addressed_to][value='{to}']")
        self.page.select_option("#id_topic", value=topic)
        self.page.fill("#id_matter", matter)
        self.page.fill("#id_wish", wish)
        self.page.select_option("#id_accused_leader", value=leader)
        self.page.select_option("#id_accused_department", value=department)
        self.page.fill("#id_name", name)
        self.page.fill("#id_phone", "13900008888")
        self.look("write")
        self.page.click("button.btn-primary")
        self.page.wait_for_url("**/check/")
        self.look("check")
        self.page.click("button[value=send]")
        self.page.wait_for_url("**/receipt/")
        self.look("receipt")
        self.number = codes.read_number(self.page.locator(".receipt-number").inner_text())
        self.code = self.page.locator(".receipt-code").inner_text()
        slip = read(self.page, self.page.locator("a[href$='slip.pdf']"))
        assert self.code.replace(" ", "") in slip
        assert f"{self.prefix}/track/" in slip
        return self

    def track(self, what):
        """The page of the case, opened anew."""
        self.page = self.open_page(f"{self.prefix}/track/", width=390)
        self.page.fill("#id_number", codes.show_number(self.number))
        self.page.fill("#id_code", self.code)
        if self.shots < 4:
            self.look("ask")
        self.page.click("button.btn-primary")
        self.page.wait_for_url("**/track/matter/")
        self.look(what)
        return self.page

    def papers(self):
        return [(link.inner_text(), read(self.page, link)) for link in self.page.locator("main a[href*='/documents/']").all()]


def read(page, link):
    """The text of the PDF that a link leads to."""
    address = link.evaluate("link => link.href")
    answer = page.request.get(address)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf"), address
    return "".join("".join(one.extract_text() for one in PdfReader(BytesIO(answer.body())).pages).split())
