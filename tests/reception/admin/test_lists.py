"""Lists as workbooks: taken out, changed, tried dry, brought in; refused in words, and nothing half done."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from reception import scope
from reception.models import Department, Entry, Leader, Topic
from reception.roles import Role
from tests.reception import builders

HEADS = ["代码", "名称", "英文名称", "类别", "上级", "电话"]


def xlsx(*rows):
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    kept = io.BytesIO()
    book.save(kept)
    return SimpleUploadedFile("list.xlsx", kept.getvalue())


def csv(text, encoding="utf-8"):
    return SimpleUploadedFile("名单.csv", text.encode(encoding))


@pytest.fixture
def clerk(office, sign_in):
    return sign_in(office.clerk)


def address(table, name="import"):
    return reverse(f"admin:reception_{table}_{name}")


def tried(client, file, table="department"):
    """The page after a trial, and what its button would send."""
    page = client.post(address(table), {"file": file})
    assert page.status_code == 200
    return page.content.decode(), page.context["sealed"], page.context["tried"]


def departments(office):
    with scope.county(office.county):
        return {row.code: (row.name, row.kind, row.superior and row.superior.code, row.phone) for row in Department.objects.all()}


def test_a_list_is_tried_first_and_brought_in_as_it_was_tried(office, clerk):
    before = departments(office)
    first = next(iter(before))
    page, sealed, seen = tried(
        clerk,
        xlsx(
            HEADS,
            [first, "新名称", "", "乡镇（街道）", None, 12345678],
            [],
            [9001, "某局", "Some bureau", "部门", first, ""],
            ["X2", "某科", "", "部门", "9001"],
        ),
    )
    assert (seen.new, seen.updated, [line.number for line in seen.lines]) == (2, 1, [2, 4, 5])
    assert "现在什么都还没有改动" in page
    assert departments(office) == before
    assert clerk.post(address("department"), {"sealed": sealed}, follow=True).context["messages"]
    after = departments(office)
    assert after[first] == ("新名称", "township", None, "12345678")
    assert after["9001"] == ("某局", "department", first, "")
    assert after["X2"] == ("某科", "department", "9001", "")
    assert len(after) == len(before) + 2
    with scope.county(office.county):
        acts = list(Entry.objects.filter(act__startswith="department.").order_by("-n").values_list("act", "actor")[:3])
    assert acts == [("department.add", office.clerk.username)] * 2 + [("department.change", office.clerk.username)]


def test_what_goes_out_comes_in_again_unchanged_and_is_no_formula(office, sign_in):
    chief = sign_in(office.chief)
    with scope.county(office.county):
        Topic.objects.create(code="T1", name="=1+1", words="住建", position=7)
    for table in ("department", "leader", "topic"):
        taken = chief.get(address(table, "export"))
        book = load_workbook(io.BytesIO(taken.content))
        assert all(cell.data_type in ("s", "inlineStr") or cell.value is None for row in book.worksheets[0] for cell in row)
        _page, sealed, seen = tried(chief, SimpleUploadedFile("list.xlsx", taken.content), table)
        assert (seen.new, seen.updated, seen.wrong, sealed) == (0, 0, [], "")
        assert seen.same > 0


def test_an_english_file_and_one_of_an_older_excel_are_read(office, clerk):
    _page, sealed, seen = tried(clerk, csv("代码,姓名\nZ1,领导乙\n", "gb18030"), "leader")
    assert (seen.new, seen.updated) == (1, 0)
    clerk.post(address("leader"), {"sealed": sealed})
    with scope.county(office.county):
        assert Leader.objects.get(code="Z1").name == "领导乙"
    english = clerk.get(f"/en{address('leader', 'export')}")
    _page, _sealed, seen = tried(clerk, SimpleUploadedFile("list.xlsx", english.content), "leader")
    assert (seen.wrong, seen.new, seen.updated) == ([], 0, 0)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (lambda: csv("代码,名称,电邮\nX1,某局,a\n"), "不认识这一列：“电邮”"),
        (lambda: csv("名称\n某局\n"), "代码和名称不可少"),
        (lambda: csv("代码,名称\nX1,某局\nX1,另一局\n"), "代码“X1”在文件里出现了不止一次"),
        (lambda: csv(""), "空"),
        (lambda: SimpleUploadedFile("list.xlsx", b"PK no workbook"), "这不是可以读取的 XLSX 文件"),
        (lambda: SimpleUploadedFile("list.csv", b"\xff\xfe\xff"), "文字编码无法识别"),
        (lambda: csv("代码,名称\n" + "".join(f"C{n},局{n}\n" for n in range(2001))), "一次最多导入 2000 行"),
    ],
)
def test_what_can_not_be_read_is_refused_in_words(office, clerk, file, sentence):
    before = departments(office)
    page = clerk.post(address("department"), {"file": file()})
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert departments(office) == before


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("X1,,,部门,,", "第 2 行：名称：此字段不能为空。"),
        ("X1,某局,,衙门,,", "第 2 行：类别：“衙门”不在可选范围内。可填："),
        ("X1,某局,,部门,没有,", "第 2 行：上级：没有代码为“没有”的行"),
        (f"X1,{'长' * 81},,部门,,", "第 2 行：名称："),
    ],
)
def test_a_wrong_row_is_named_and_nothing_can_be_brought_in(office, clerk, row, sentence):
    before = departments(office)
    page, sealed, seen = tried(clerk, csv(",".join(HEADS) + f"\n{row}\nX2,好局,,部门,,\n"))
    assert sentence in page
    assert (sealed, seen.new) == ("", 1)
    assert departments(office) == before


def test_what_was_tried_is_tried_again_where_the_list_changed_meanwhile(office, clerk):
    _page, sealed, _seen = tried(clerk, csv("代码,名称\nX1,某局\n"))
    with scope.county(office.county):
        Department.objects.create(code="X1", name="别人先加的", kind="department")
    page = clerk.post(address("department"), {"sealed": sealed})
    assert "您核对之后，名单已有改动" in page.content.decode()
    with scope.county(office.county):
        assert Department.objects.get(code="X1").name == "别人先加的"
    clerk.post(address("department"), {"sealed": page.context["sealed"]})
    with scope.county(office.county):
        assert Department.objects.get(code="X1").name == "某局"


def test_a_forged_or_foreign_trial_is_refused(office, clerk):
    before = departments(office)
    _page, sealed, _seen = tried(clerk, csv("代码,姓名\nX1,某人\n"), "leader")
    for forged in ("x", sealed):
        page = clerk.post(address("department"), {"sealed": forged})
        assert "试运行的结果已经过期" in page.content.decode()
    assert departments(office) == before


def test_who_may_take_and_bring_lists(office, sign_in):
    auditor = sign_in(builders.user("auditor", office.county, Role.AUDITOR))
    assert auditor.get(address("department", "export")).status_code == 200
    assert auditor.get(address("department")).status_code == 403
    assert auditor.post(address("department"), {"file": csv("代码,名称\nX1,某局\n")}).status_code == 403
    officer = sign_in(builders.user("officer", office.county, Role.OFFICER))
    assert officer.get(address("leader", "export")).status_code == 403


def test_another_countys_rows_are_neither_taken_nor_changed(office, clerk, sign_in):
    other = builders.bureau("linhe")
    with scope.county(other.county):
        Department.objects.create(code="ONLY-THERE", name="邻县局", kind="department")
    taken = load_workbook(io.BytesIO(clerk.get(address("department", "export")).content)).worksheets[0]
    assert "ONLY-THERE" not in [cell.value for row in taken for cell in row]
    _page, sealed, seen = tried(clerk, csv("代码,名称\nONLY-THERE,本县局\n"))
    assert seen.new == 1
    clerk.post(address("department"), {"sealed": sealed})
    assert departments(other)["ONLY-THERE"][0] == "邻县局"
