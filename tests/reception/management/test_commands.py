"""The commands: what they do, and a sentence for everything they refuse."""

import io
from pathlib import Path

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.utils import timezone

from reception import scope
from reception.demo import bookings as demo_bookings
from reception.models import Booking, County, Entry, Release
from tests.reception import builders
from tests.reception.builders import NOW

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).resolve().parents[3] / "reception" / "demo" / "chenghe.xlsx"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW.replace(month=11, day=24), tick=False):
        yield


def run(*arguments, **options):
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command(*arguments, stdout=out, stderr=err, **options)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue(), err.getvalue()


def test_from_a_workbook_to_a_published_roster():
    assert "试运行" in run("import_county", str(DEMO))[1]
    assert not County.objects.exists()
    assert "已导入" in run("import_county", str(DEMO), "--write")[1]
    assert "没有改动" in run("import_county", str(DEMO), "--write")[1]
    planned = run("plan_year", "chenghe", "2027")[1]
    assert "2027-01-15" in planned
    assert "改动 36 处" in planned
    assert "改动 0 处" in run("plan_year", "chenghe", "2027")[1]
    assert "第 1 期已公布" in run("publish", "chenghe", "--note", "公布明年安排")[1]
    assert run("verify_journal")[0] == 0
    with pytest.raises(CommandError, match="没有变化"):
        run("publish", "chenghe")
    with scope.county(County.objects.get()):
        assert Release.objects.count() == 1, "a refused publication leaves no draft"


def test_a_release_is_published_in_the_names_given():
    office = builders.bureau()
    run("plan_year", "chenghe", "2027")
    run("publish", "chenghe", "--draft-by", "chenghe-clerk", "--approve-by", "chenghe-chief")
    with scope.county(office.county):
        acts = {entry.act: entry.actor for entry in Entry.objects.all()}
    assert (acts["release.draft"], acts["release.publish"]) == ("chenghe-clerk", "chenghe-chief")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["plan_year", "chenhe", "2027"], "没有名为“chenhe”的县。现有：chenghe"),
        (["plan_year", "chenghe", "1800"], "not a year between"),
        (["publish", "chenghe", "--draft-by", "nobody"], "没有账号“nobody”。现有账号：chenghe-chief、chenghe-clerk"),
        (["publish", "chenghe", "--draft-by", "chenghe-clerk", "--approve-by", "chenghe-clerk"], "没有办理此事的权限|没有变化"),
        (["import_county", "/nowhere/x.xlsx"], "没有这个文件"),
        (["import_template", "/nowhere/x.xlsx"], "没有文件夹"),
    ],
)
def test_every_refusal_is_a_sentence(arguments, words):
    builders.bureau()
    run("plan_year", "chenghe", "2027")
    with pytest.raises(CommandError, match=words):
        run(*arguments)


def test_problems_of_a_workbook_are_a_table_and_nothing_is_written(tmp_path):
    (tmp_path / "county.csv").write_text("slug,division code,name,petition bureau\nchenghe,13,澄河县,\n")
    code, out, err = run("import_county", str(tmp_path), "--write")
    assert (code, County.objects.count()) == (1, 0)
    assert "行政区划代码是六位数字" in out
    assert "必填" in out
    assert "没有写入任何内容" in err


def test_a_password_is_set_at_the_console_and_the_journal_says_so(monkeypatch):
    office = builders.bureau()
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="12"):
        run("set_password", "chenghe", "chenghe-clerk")
    monkeypatch.setattr("sys.stdin", io.StringIO("chenghe county office\n"))
    assert "已设置" in run("set_password", "chenghe", "chenghe-clerk")[1]
    with scope.county(office.county):
        office.clerk.refresh_from_db()
        assert [(entry.act, entry.actor) for entry in Entry.objects.all()] == [("user.password", "system")]
    assert office.clerk.check_password("chenghe county office")


def test_a_second_factor_is_reset_from_the_console():
    office = builders.bureau()
    with pytest.raises(CommandError, match="没有设置第二重验证"):
        run("reset_second_factor", "chenghe", "chenghe-clerk")
    with scope.accounts():
        Authenticator.objects.create(user=office.clerk, type="totp", data={})
    assert "已重置“chenghe-clerk”的第二重验证" in run("reset_second_factor", "chenghe", "chenghe-clerk")[1]
    with scope.accounts():
        assert not Authenticator.objects.exists()
    with scope.county(office.county):
        assert [(entry.act, entry.actor) for entry in Entry.objects.all()] == [("account.second_factor_reset", "system")]
    with pytest.raises(CommandError, match="没有账号"):
        run("reset_second_factor", "chenghe", "nobody")


def test_a_template_is_not_overwritten_unasked(tmp_path):
    run("import_template", str(tmp_path / "t.xlsx"))
    with pytest.raises(CommandError, match="已存在"):
        run("import_template", str(tmp_path / "t.xlsx"))
    assert "已写入" in run("import_template", str(tmp_path / "t.xlsx"), "--force")[1]


def test_the_demo_is_made_once_and_only_where_it_is_allowed(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        run("demo")
    settings.DEMO = True
    run("demo")
    assert "there is a county already" in run("demo")[1]
    assert "demo-clerk" in run("demo", "--logins")[1]
    assert run("verify_journal", "chenghe")[1] == "chenghe: 149 entries, 2 releases, 0 faults\n"
    county = County.objects.get()
    with scope.county(county):
        assert set(Booking.objects.values_list("state", flat=True)) == {"confirmed", "received"}
        again = demo_bookings.make(county=county, at=timezone.now())
        assert Booking.objects.filter(state="confirmed").count() == len(again) == 8
