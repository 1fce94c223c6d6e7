"""Named people with fixed parts. 澄河 is the county of the tests; 临河 is its twin, whose rows must never be seen."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from reception import scope
from reception.actions import journal, planning, releases
from reception.models import County, Department, Entry, Leader, Place, Post, Release, RoleGrant, Rotation, Seat, Tenure, User
from reception.roles import Role

# A Friday morning in the county; the year's decree for 2026 is known, that for 2027 is not.
NOW = datetime(2026, 1, 9, 2, 0, tzinfo=UTC)
FIRST = "公布全年安排"
NAMES = {"chenghe": ("澄河县", "Chenghe County", "139901"), "linhe": ("临河县", "Linhe County", "139902")}


def county(slug: str) -> County:
    name, name_en, code = NAMES[slug]
    return County.objects.create(
        slug=slug,
        code=code,
        name=name,
        name_en=name_en,
        bureau=f"{name}信访局",
        bureau_en=f"{name_en} Petition Bureau",
        address="人民路1号",
        address_en="1 Renmin Road",
        phone="0000-1234567",
        booking="电话预约",
        booking_en="Book by telephone",
        notice="带身份证\n推选代表不超过五人",
        notice_en="Bring your ID card\nAt most five representatives",
        scope="分管工作范围内的事项",
        scope_en="Matters within the leader's portfolio",
    )


def user(username: str, of: County, *roles: Role) -> User:
    with scope.county(of):
        person = User(username=username, name=f"{username}", email=f"{username}@example.invalid", county=of, created_at=NOW)
        person.set_password("a long demo password")
        person.save()
        for role in roles:
            RoleGrant.objects.create(user=person, role=role.value, starts_on=date(2020, 1, 1))
    return person


def entry() -> Entry:
    """One entry in the journal of the county in scope."""
    return journal.record(act="roster.plan", object="year 2026", by=User.objects.system(), at=NOW, facts={"year": 2026})


@dataclass(frozen=True)
class Bureau:
    """A county with its people: two rotations, 主要领导 of two posts and 县级领导 of four."""

    county: County
    clerk: User
    chief: User


LEADERS = [
    # code, post, side, leader, portfolio
    ("P1", "县委书记", "County Party Secretary", "party", "县委书记甲", "Secretary A", "全面工作"),
    ("P2", "县长", "County Magistrate", "government", "县长乙", "Magistrate B", "政府全面工作"),
    ("P3", "县委副书记", "Deputy Party Secretary", "party", "副书记丙", "Deputy Secretary C", "党建、群团"),
    ("P4", "常务副县长", "Executive Deputy Magistrate", "government", "副县长丁", "Deputy D", "发展改革、财政"),
    ("P5", "副县长", "Deputy Magistrate", "government", "副县长戊", "Deputy E", "教育、卫生"),
    ("P6", "副县长", "Deputy Magistrate", "government", "副县长己", "Deputy F", "农业、水利"),
]


def bureau(slug: str = "chenghe") -> Bureau:
    """A county ready to be planned."""
    made = county(slug)
    with scope.county(made):
        place = Place.objects.create(
            code="HALL", name="人民来访接待中心", name_en="Reception Centre", address="人民路1号", address_en="1 Renmin Road"
        )
        Department.objects.create(code="D01", name=f"{made.name}信访局", name_en="Petition Bureau", kind="bureau")
        posts = {}
        for position, (code, post, post_en, side, leader, leader_en, portfolio) in enumerate(LEADERS, start=1):
            posts[code] = Post.objects.create(code=code, name=post, name_en=post_en, side=side, position=position)
            person = Leader.objects.create(code=f"L{position}", name=leader, name_en=leader_en)
            Tenure.objects.create(post=posts[code], leader=person, portfolio=portfolio, portfolio_en="", starts_on=date(2024, 1, 1))
        main = Rotation.objects.create(
            code="R1",
            name="党政主要领导",
            name_en="Principal leaders",
            position=1,
            place=place,
            starts=time(8, 30),
            ends=time(11, 30),
            capacity=15,
        )
        others = Rotation.objects.create(
            code="R2",
            name="县级领导",
            name_en="County leaders",
            position=2,
            place=place,
            starts=time(8, 30),
            ends=time(11, 30),
            capacity=10,
        )
        for position, code in enumerate(["P1", "P2"], start=1):
            Seat.objects.create(rotation=main, post=posts[code], position=position)
        for position, code in enumerate(["P3", "P4", "P5", "P6"], start=1):
            Seat.objects.create(rotation=others, post=posts[code], position=position)
    return Bureau(made, user(f"{slug}-clerk", made, Role.CLERK), user(f"{slug}-chief", made, Role.CHIEF))


def standing() -> Bureau:
    """The county that stands in the database already."""
    found = County.objects.get(slug="chenghe")
    with scope.accounts():
        people = {person.username: person for person in User.objects.filter(county=found)}
    return Bureau(found, people["chenghe-clerk"], people["chenghe-chief"])


def published(office: Bureau, *, year: int = 2026, at: datetime = NOW, note: str = "") -> Release:
    """Plan the year and publish it, as a clerk and a chief would."""
    planning.plan_year(county=office.county, year=year, by=office.clerk, at=at)
    draft = releases.draft(county=office.county, by=office.clerk, at=at, note=note)
    releases.submit(release=draft, county=office.county, by=office.clerk, at=at)
    releases.approve(release=draft, county=office.county, by=office.chief, at=at)
    return releases.publish(release=draft, county=office.county, by=office.chief, at=at)
