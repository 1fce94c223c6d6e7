"""F36 at the door: what is sent to every form, asked of every page, and put into every address; no answer to it may be an error.

Forms are read off the pages themselves, as whoever may use them sees them, so that a new one is tried without being named here.
`FORMS=whole` sends each text to each field of each form by itself; the suite a few to each.
"""

import os
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

from tests.access import people, table
from tests.access.bundles import RELATED
from tests.access.table import Gate
from tests.reception.strange import KNOWN, MEGABYTE, sent

WHOLE = os.environ.get("FORMS") == "whole"
TYPED = {"text", "search", "tel", "email", "url", "number", "date", "time", "password", "hidden", ""}
BAD = "\0甲\u202e"
COMMON = {"q", "page", "p", "o", "e", "day", "all", "lang", "next", "period"}
BROKEN = ["%FF%FE=%ED%A0%80&q=%00%C0%AF", "&&==&[]=1&__proto__=1"]
OUTSIDE = ["/{}/", "/chenghe/days/{}/", "/chenghe/roster/{}/", "/chenghe/releases/{}/", "/chenghe/book/{}/", "/chenghe/letters/{}/"]
OUTSIDE += ["/chenghe/hall/{}/", "/api/v1/counties/{}/roster", "/api/v1/counties/chenghe/releases/{}", "/track/documents/{}/"]
INSIDE = ["/admin/{}/", "/admin/cases/{}/", "/admin/petitions/case/{}/change/", "/admin/reception/leader/{}/change/"]
INSIDE += [
    "/admin/bookings/on/{}/print/",
    "/admin/reception/department/?kind__exact={}",
    "/admin/reception/absence/?leader__id__exact={}",
]
INSIDE += ["/admin/reception/message/{}/history/", "/admin/reception/entry/?at__year={}", "/admin/reception/entry/?at__gte={}"]


class Forms(HTMLParser):
    """The forms of a page, each with its method, its address, and what a browser would send; and the queries its links ask."""

    def __init__(self):
        super().__init__()
        self.forms, self.queries, self._select = [], set(), None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        form = self.forms[-1] if self.forms else None
        if tag == "form":
            self.forms.append(
                {
                    "method": given.get("method", "get"),
                    "action": given.get("action") or "",
                    "data": {},
                    "free": [],
                    "do": [],
                    "unset": set(),
                }
            )
        elif tag == "a" and "?" in given.get("href", ""):
            self.queries |= {name for name, _value in parse_qsl(urlsplit(given["href"]).query, keep_blank_values=True)}
        elif tag == "option" and self._select and form:
            self._choose(form, given)
        elif form is None or not given.get("name"):
            return
        elif tag == "input" and given.get("type", "text") in ("radio", "checkbox"):
            form["data"].setdefault(given["name"], given.get("value", "on"))
        elif tag == "input" and given.get("type", "text") in TYPED:
            form["data"][given["name"]] = given.get("value", "") or ""
            form["free"] += [given["name"]] if given["name"] != "csrfmiddlewaretoken" else []
        elif tag == "textarea":
            form["data"][given["name"]] = "甲"
            form["free"].append(given["name"])
        elif tag == "select":
            form["data"][given["name"]] = ""
            form["free"].append(given["name"])
            self._select = given["name"]
        elif tag == "button":
            form["do"].append((given["name"], given.get("value", "")))

    def _choose(self, form, given):
        """What is chosen on the page; the first there is where nothing is, which is written down as such."""
        name, value = self._select, given.get("value", "")
        if "selected" in given and value:
            form["data"][name] = value
            form["unset"].discard(name)
        elif "selected" in given:
            form["unset"].add(name)
        elif not form["data"][name]:
            form["data"][name] = value

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None


def whoever_may(world, page):
    """Somebody who is let in to look: whoever may send what is there before others, and of them the chief."""
    first = [people.UNINVOLVED, people.CITIZEN, people.VISITOR, people.ANONYMOUS]
    actors = [world.own.actors[name] for name in [*first, *(name for name in people.NAMES if name not in first)]]
    for actor in sorted(actors, key=lambda actor: not table.may(actor, page.posts or ())):
        if table.expected(page, actor, (table.OWN, RELATED), "GET") in ("200", "200|302"):
            yield actor


def opened(world, pages, address, ask):
    """Every page that somebody may look at, as they see it: who, where, its forms, and what its links ask."""
    found, known = [], set()
    for page in pages:
        if page.only == "POST":
            continue
        for actor in whoever_may(world, page):
            where = address(page, world.own, RELATED)
            response, said = ask(actor, "GET", where)
            if response.status_code != 200:
                continue
            forms = Forms()
            if response.headers["Content-Type"].startswith("text/html"):
                forms.feed(said)
            # A clerk sees forms that the chief does not: what is new is tried, too.
            new = [form for form in forms.forms if (form["action"] or page.name, tuple(form["data"])) not in known]
            known |= {(form["action"] or page.name, tuple(form["data"])) for form in new}
            if new or actor.name in (people.UNINVOLVED, people.CITIZEN, people.VISITOR, people.ANONYMOUS):
                found.append((page, actor, where, new, forms.queries))
            if page.gate is Gate.OPEN or not WHOLE:
                break
    return found


def wrong(response, said, typed):
    """What no answer may be: an error of ours, or a page that turns the reader's eyes with what was typed."""
    if response.status_code >= 500 and response.status_code != 503:
        return f"{response.status_code}"
    html = response.headers.get("Content-Type", "").startswith("text/html")
    return "markup" if html and "<script>alert(1)</script>" in said and "<script>" in typed else ""


def filled(opened):
    """What is sent to the forms: to whom, as whom, and which text it is."""
    for n, (page, actor, where, form) in enumerate(one for one in posted(opened) if one[-1]["free"]):
        for typed, text in _fillings(form, n):
            for button in pressed(form, n):
                yield page, actor, where, {**form["data"], **button, **typed}, text


def posted(opened):
    """Every form that is posted: its page, who sees it, where it is sent, and the form."""
    for page, actor, where, forms, _queries in opened:
        for form in forms:
            if form["method"].lower() == "post":
                yield page, actor, urljoin(where, form["action"]), form


def pressed(form, n):
    """What each of a form's buttons sends; one of them in the suite, another at each form."""
    buttons = form["do"] or [("", "")]
    for name, value in buttons if WHOLE else [buttons[n % len(buttons)]]:
        yield {name: value} if name else {}


def _fillings(form, n):
    """What is typed into a form: a text into each field, and into one alone, so that nothing is refused before it."""
    texts, free = [*KNOWN.values(), MEGABYTE], form["free"]
    if WHOLE:
        yield from (({name: sent(text) for name in free}, text) for text in texts)
        yield from (({name: sent(text)}, text) for name in free for text in texts)
    else:
        yield {name: sent(texts[n % len(texts)]) for name in free}, texts[n % len(texts)]
        yield {free[n % len(free)]: BAD}, BAD


def asked(opened):
    """Queries: of everything at once, and of each thing that a page's own links and forms ask."""
    for n, (page, actor, where, forms, queries) in enumerate(opened):
        own = queries | {name for form in forms if form["method"].lower() == "get" for name in form["data"]}
        names = own | COMMON
        texts = [*KNOWN.values()] if WHOLE else [BAD] if own or n % 3 == 0 else []
        asking = [urlencode({name: sent(text) for name in names}) for text in texts]
        asking += [urlencode({name: "\0"}) for name in sorted(names if WHOLE else own)]
        asking += BROKEN if WHOLE else []
        for query in asking:
            yield page, actor, f"{where}?{query}", query


def addressed():
    """Addresses that name a county, a day, a release, a table, a row, a paper: by anybody, and by somebody of the bureau."""
    texts = [*KNOWN.values()]
    for name, paths in ((people.ANONYMOUS, OUTSIDE), (people.UNINVOLVED, INSIDE)):
        for n, path in enumerate(paths):
            for text in texts if WHOLE else ["\0", texts[n % len(texts)], texts[(n + 5) % len(texts)]]:
                yield name, ("/en" if n % 2 else "") + path.format(quote(sent(text)[:400], safe="")), text
