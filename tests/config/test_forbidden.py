"""No source of ours holds what `forbidden` names; and each rule finds what it is for."""

import time
from pathlib import Path

import pytest

from reception.models.counties import ORIGIN
from reception.templatetags.words import HAN
from tests.config import forbidden

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for room in ("config", "petitions", "reception", "scheduling") for path in (ROOT / room).rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Where a rule is broken on purpose, and why it does no harm.
ALLOWED = {
    # JSON within a script's element, with <, > and & escaped a line above; test_no_text_ends_the_block_of_data holds it.
    "trusts_text": {"reception/templatetags/share.py"},
    # How long a message waits before it is tried again; and a province that does not exist, the same each time.
    "can_be_foreseen": {"reception/actions/messages.py", "petitions/province/cases.py", "petitions/province/corpus.py"},
    # A literal two lines above.
    "formats_what_was_sent": {"config/embedded.py"},
    # Each round begins with a sign that nothing within it takes, so there is one way to read a text;
    # test_what_repeats_within_repeats_takes_time_in_proportion holds it.
    "runs_away": {"reception/templatetags/words.py", "reception/models/counties.py"},
}


@pytest.mark.parametrize("rule", forbidden.RULES, ids=lambda rule: rule.__name__)
def test_no_source_breaks_a_rule(rule):
    allowed = ALLOWED.get(rule.__name__, set())
    broken = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if (lines := forbidden.faults(path.read_text(), rule)) and str(path.relative_to(ROOT)) not in allowed
    }
    assert broken == {}


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (forbidden.runs_text, "eval(said)"),
        (forbidden.runs_text, "subprocess.run(said, shell=True)"),
        (forbidden.runs_text, "os.system(said)"),
        (forbidden.opens_pickles, "import pickle"),
        (forbidden.opens_pickles, "from marshal import loads"),
        (forbidden.is_weak, "hashlib.md5(said)"),
        (forbidden.is_weak, "Cipher(AES(key), modes.ECB())"),
        (forbidden.is_weak, "ssl._create_unverified_context()"),
        (forbidden.is_weak, "ask(address, verify=False)"),
        (forbidden.takes_all_that_was_sent, "Booking.objects.filter(**request.GET.dict())"),
        (forbidden.takes_all_that_was_sent, "Booking(**dict(request.POST.items()))"),
        (forbidden.takes_all_that_was_sent, "class Meta:\n    fields = '__all__'"),
        (forbidden.keeps_pages, "@cache_page(60)\ndef page(request): ..."),
        (forbidden.trusts_text, "mark_safe(said)"),
        (forbidden.due_at_the_broker, "send.apply_async(eta=at)"),
        (forbidden.can_be_foreseen, "import random"),
        (forbidden.formats_what_was_sent, "said.format(row)"),
        (forbidden.formats_what_was_sent, "request.POST['x'].format_map(row)"),
        (forbidden.makes_patterns_of_text, "re.search(f'^{said}', text)"),
        (forbidden.makes_patterns_of_text, "re.compile('a' + said)"),
        (forbidden.runs_away, "re.compile(r'(a+)+$')"),
        (forbidden.runs_away, "re.match(r'(?:x*|y)*z', said)"),
    ],
)
def test_each_rule_finds_what_it_is_for(rule, source):
    assert forbidden.faults(source, rule) != []


@pytest.mark.parametrize(
    ("pattern", "text"), [(HAN, "中，" * 20_000 + "x"), (ORIGIN, "https://" + "a-" * 1000), (ORIGIN, "https://" + "a." * 20_000)]
)
def test_what_repeats_within_repeats_takes_time_in_proportion(pattern, text):
    began = time.process_time()
    pattern.fullmatch(text)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    "source",
    [
        "re.compile(r'(ab)+c{1,3}')",
        "run(command, shell=False)",
        "Form(**defaults)",
        "hashlib.sha256(said)",
        "evaluate(said)",
        "TEXT.format(1)",
    ],
)
def test_what_is_harmless_breaks_none(source):
    assert [rule.__name__ for rule in forbidden.RULES if forbidden.faults(source, rule)] == []


def test_no_template_trusts_text_holds_a_script_or_loads_from_elsewhere():
    rules = (forbidden.INLINE, forbidden.UNESCAPED, forbidden.ELSEWHERE, forbidden.STYLED)
    broken = {str(path.relative_to(ROOT)): said for path in TEMPLATES if (said := forbidden.found(path.read_text(), *rules))}
    assert broken == {}


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (forbidden.INLINE, "<script>alert(1)</script>"),
        (forbidden.INLINE, '<p onclick="x()">'),
        (forbidden.INLINE, '<a href="javascript:x()">'),
        (forbidden.UNESCAPED, "{{ said|safe }}"),
        (forbidden.UNESCAPED, "{% autoescape off %}"),
        (forbidden.ELSEWHERE, '<script src="https://elsewhere.example/x.js"></script>'),
        (forbidden.STYLED, '<link rel="stylesheet" href="//elsewhere.example/x.css">'),
        (forbidden.SHEET, "@import url(https://elsewhere.example/x.css)"),
        (forbidden.SCRIPT, "place.innerHTML = said"),
    ],
)
def test_each_rule_of_templates_finds_what_it_is_for(rule, text):
    assert forbidden.found(text, rule) != []


def test_sheets_and_scripts_load_nothing_from_elsewhere_and_store_nothing():
    sheets = {path.name: forbidden.found(path.read_text(), forbidden.SHEET) for path in (ROOT / "static").rglob("*.css")}
    scripts = {path.name: forbidden.found(path.read_text(), forbidden.SCRIPT) for path in (ROOT / "static").rglob("*.js")}
    assert {name: said for name, said in (sheets | scripts).items() if said} == {}
    assert list(scripts) == ["keys.js"]
