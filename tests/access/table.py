"""What the table of access is made of: pages, the gates they lie behind, and the answer that follows for anybody at any of them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from reception.roles import opens_staff_site
from tests.access import people
from tests.access.bundles import ACCUSED, RELATED, RELATIONS, UNRELATED
from tests.access.people import Actor
from tests.access.world import OTHER, OWN, World

# Answers, as `answers.of` tells them apart: a status, or where one is led instead.
SIGN_IN, FACTOR, GONE, ASKS_CODE = "sign in", "second factor", "gone", "code"
# Whose rows a page may have that are of one matter: those are asked for in each relation to it.
WALLED = ("unwalled", "case", "booking", "improvement")
# What no role may.
NEVER = "never"


class Gate(Enum):
    OPEN = "everyone"
    STAFF = "whoever has something in the tables"
    DESK = "leaders and secretaries"
    SIGNED = "whoever has signed in with a second factor"
    ACCOUNT = "whoever has signed in"
    CODE = "the browser that opened a number with its code"
    FORM = "the browser that filled in the form"


@dataclass(frozen=True)
class Page:
    """One row: who may GET an address, and what everybody else is answered.

    `needs` are the permissions asked; `sees` says whose rows are there, as a name in `SEES`, and `unseen` what the others are answered,
    before the permissions are asked with `hides_first`. `opens` are permissions of which one is asked after that. `get` is the answer to
    those let in (`outside` to those without an account, at an open address). `posts` is what a POST asks besides, `posts_first` before the
    thing is looked for; without it the page takes none. With `only` the other method is refused. `once` is for an address
    that has a row already.
    """

    name: str
    gate: Gate
    args: tuple[object, ...] = ()
    needs: tuple[str, ...] = ()
    sees: str = "all"
    get: str = "200"
    outside: str = ""
    unseen: str = "404"
    stranger: str = "403"
    hides_first: bool = False
    opens: tuple[str, ...] = ()
    posts: tuple[str, ...] | None = None
    posts_first: bool = False
    methods: tuple[str, ...] = ("GET", "POST")
    once: bool = False
    only: str = ""
    path: str = ""

    @property
    def relations(self) -> list[str]:
        return {"own": [RELATED, UNRELATED]}.get(self.sees, RELATIONS if self.sees in WALLED else [RELATED])

    def asks(self, method: str) -> tuple[str, ...]:
        """The permissions asked before anything is looked for."""
        return (*self.needs, *(self.posts or ())) if method == "POST" and self.posts_first else self.needs

    def crosses(self, world: World) -> bool:
        return any(world.own.find(str(arg), RELATED) != world.other.find(str(arg), RELATED) for arg in self.args)

    def places(self, world: World, actor: Actor) -> list[tuple[str, str]]:
        """Which things of which county this person knocks at: all of them, unless they are turned away before anything is looked for."""
        turned_away = before(self, actor, "GET") or (not self.hides_first and not may(actor, self.needs))
        if self.once or self.gate is Gate.OPEN or turned_away:
            return [(OWN, RELATED)]
        return [(OWN, relation) for relation in self.relations] + ([(OTHER, RELATED)] if self.crosses(world) else [])


def unwalled(actor: Actor, relation: str) -> bool:
    return relation != ACCUSED or actor.name == people.UNINVOLVED


def case(actor: Actor, relation: str) -> bool:
    """The bureau and the auditor every case, others what concerns them; behind the wall for all."""
    return unwalled(actor, relation) and (actor.may("case.view") or (actor.may("case.view_own") and relation == RELATED))


def booking(actor: Actor, relation: str) -> bool:
    return unwalled(actor, relation) and (actor.may("booking.manage") or (actor.may("booking.view") and relation == RELATED))


def improvement(actor: Actor, relation: str) -> bool:
    return (relation == RELATED) if actor.may("case.handle") else case(actor, relation)


def own(actor: Actor, relation: str) -> bool:
    return actor.may("desk.view") and relation == RELATED


SEES: dict[str, Callable[[Actor, str], bool]] = {
    "all": lambda _actor, _relation: True,
    # What the address names is hers.
    "hers": lambda actor, _relation: actor.name == people.UNINVOLVED,
    "site": lambda actor, _relation: opens_staff_site(actor.roles),
    # The tables that one may see decide: the app's page is theirs.
    "tables": lambda actor, _relation: actor.may("case.list") or actor.may("limit.view"),
    "unwalled": unwalled,
    "case": case,
    "booking": booking,
    "improvement": improvement,
    "own": own,
}


def knows(actor: Actor, relation: str) -> bool:
    """Whether a person may meet a matter anywhere at all."""
    if actor.user is None:
        return actor.name == people.CITIZEN and relation == RELATED
    return actor.ready and (case(actor, relation) or booking(actor, relation))


def may(actor: Actor, permissions: tuple[str, ...]) -> bool:
    return all(one != NEVER and actor.may(one) for one in permissions)


def before(page: Page, actor: Actor, method: str) -> str:
    """What stands before the page itself: the answer to whoever does not come so far; empty for the others."""
    if actor.user is None:
        return SIGN_IN
    if page.gate is Gate.ACCOUNT:
        return ""
    if not actor.ready:
        return FACTOR
    if page.gate is Gate.STAFF and not opens_staff_site(actor.roles):
        return "403"
    if page.only and method != page.only:
        return "405"
    return page.stranger if page.gate is Gate.DESK and not actor.may("desk.view") else ""


def expected(page: Page, actor: Actor, where: tuple[str, str], method: str) -> str:
    """The answer that the table has for a cell."""
    county, relation = where
    if page.gate in (Gate.OPEN, Gate.CODE, Gate.FORM):
        return _outside(page, actor, county, method)
    turned_away = before(page, actor, method)
    if turned_away:
        return turned_away
    hidden = county == OTHER or not SEES[page.sees](actor, relation)
    if hidden and page.hides_first:
        return page.unseen
    if not may(actor, page.asks(method)):
        return "403"
    if hidden:
        return page.unseen
    shut = page.opens and not any(actor.may(one) for one in page.opens)
    return "403" if shut else page.get


def _outside(page: Page, actor: Actor, county: str, method: str) -> str:
    """The answer where no account is asked for."""
    if page.only and method != page.only:
        return "405"
    if page.gate is Gate.OPEN:
        return (page.outside if actor.user is None or not SEES[page.sees](actor, RELATED) else "") or page.get
    if page.gate is Gate.FORM:
        return page.get if actor.name == people.CITIZEN and county == OWN else "410"
    if actor.name not in (people.CITIZEN, people.VISITOR):
        return ASKS_CODE
    # One browser opened a case, the other a booking; each is led from the pages of the other's kind to its own.
    of_cases = page.name.startswith("petitions:")
    if of_cases != (actor.name == people.CITIZEN):
        return "302"
    return page.unseen if county == OTHER else page.get
