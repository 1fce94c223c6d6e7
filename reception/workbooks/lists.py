"""Lists that the bureau keeps in its own workbooks: departments, leaders, kinds of matters. Which columns a list has, and how cells are read.

A row is found again by its code; rows that the file does not name stay as they are. Reading, checking and the dry run are
django-import-export's; what is saved goes through `reception.actions.records`.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model, TextChoices
from django.utils import translation
from django.utils.translation import gettext as _
from import_export import fields, resources, widgets
from openpyxl import Workbook
from tablib import Dataset

from reception import texts
from reception.actions import records
from reception.errors import Refused
from reception.models import Department, DepartmentKind, Leader, Topic
from reception.workbooks import reading

LANGUAGES = ("zh-hans", "en")
MOST_ROWS = 2_000
# Beside the columns: which row of the file it was, from 1.
LINE = "line"
MOST_BYTES = 2 * 1024 * 1024


class Words(widgets.CharWidget):
    """A text in one line; a number is read as its digits."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return texts.clean("" if value is None else str(value))


_WORDS = Words()


class Choice(Words):
    """One of a field's choices, by its word in either language."""

    def __init__(self, choices: type[TextChoices]) -> None:
        super().__init__()
        self.choices = choices

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        said = super().clean(value, row, **kwargs)
        for language in LANGUAGES:
            with translation.override(language):
                known = {str(label): str(key) for key, label in self.choices.choices}
            if said in known:
                return known[said]
        words = "、".join(str(label) for label in self.choices.labels)
        raise ValueError(_("“%(said)s”不在可选范围内。可填：%(words)s。") % {"said": texts.cut(said, 20), "words": words})

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(self.choices(value).label) if value else ""


class ByCode(widgets.ForeignKeyWidget):
    """A row of another list, or of this one further up, by its code; nothing where the cell is empty."""

    def __init__(self, model: type[Model]) -> None:
        super().__init__(model, field="code")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Model | None:
        code = _WORDS.clean(value)
        if not code:
            return None
        found: Model | None = self.model.objects.filter(code=code).first()
        if found is None:
            raise ValueError(_("没有代码为“%(code)s”的行。如在本文件中新增，请排在本行之前。") % {"code": texts.cut(code, 20)})
        return found


class Numbers(widgets.IntegerWidget):
    """A whole number; nought where the cell is empty."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int:
        said = _WORDS.clean(value) or "0"
        if not (said.isascii() and said.isdecimal() and len(said) <= 4):
            raise ValueError(_("“%(said)s”不是整数。") % {"said": texts.cut(said, 20)})
        return int(said)


class List(resources.ModelResource):
    """What all lists share. `by`, `county` and `at` are who brings it in, where and when."""

    class Meta:
        import_id_fields = ("code",)
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        skip_html_diff = True
        use_transactions = True
        store_instance = True
        store_row_values = True

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        changed = [field.attribute for field in self.get_import_fields()]
        # A refusal of the database must leave the other rows' transaction as it was.
        with transaction.atomic():
            records.save(row=instance, changed=changed, **self.who)

    def __init__(self, **who: Any) -> None:
        super().__init__()
        self.who = who

    # No ids come in with a file, and the portal may not set sequences.
    def after_import(self, dataset: Dataset, result: Any, **kwargs: Any) -> None: ...

    @classmethod
    def heads(cls) -> dict[str, str]:
        """What the columns are called in the reader's language, by field."""
        return {name: str(cls._meta.model._meta.get_field(name).verbose_name) for name in cls._meta.fields}


def _text(name: str) -> fields.Field:
    return fields.Field(attribute=name, column_name=name, widget=Words())


class Departments(List):
    code, name, name_en, phone = (_text(name) for name in ("code", "name", "name_en", "phone"))
    kind = fields.Field(attribute="kind", column_name="kind", widget=Choice(DepartmentKind))
    superior = fields.Field(attribute="superior", column_name="superior", widget=ByCode(Department))

    class Meta(List.Meta):
        model = Department
        fields = ("code", "name", "name_en", "kind", "superior", "phone")


class Leaders(List):
    code, name, name_en = (_text(name) for name in ("code", "name", "name_en"))

    class Meta(List.Meta):
        model = Leader
        fields = ("code", "name", "name_en")


class Topics(List):
    code, name, name_en, words = (_text(name) for name in ("code", "name", "name_en", "words"))
    department = fields.Field(attribute="department", column_name="department", widget=ByCode(Department))
    position = fields.Field(attribute="position", column_name="position", widget=Numbers())

    class Meta(List.Meta):
        model = Topic
        fields = ("code", "name", "name_en", "words", "department", "position")


LISTS: Mapping[type[Model], type[List]] = {Department: Departments, Leader: Leaders, Topic: Topics}


def read(content: bytes, name: str, of: type[List]) -> Dataset:
    """The rows of an XLSX or CSV file, as texts by field, and `LINE`. Raises `Refused` for what can't be read, and for columns that are not the list's."""
    if len(content) > MOST_BYTES:
        raise Refused(_("文件超过 2 MB，不像是一份名单。请删去图片和多余的工作表后再试。"))
    rows = _comma_separated(content) if name.lower().endswith(".csv") else _first_sheet(content)
    filled = [(at, row) for at, row in enumerate(rows, start=1) if any(cell not in (None, "") for cell in row)]
    if not filled:
        raise Refused(_("文件里没有内容。请下载现有名单，按同样的列填写。"))
    if len(filled) - 1 > MOST_ROWS:
        raise Refused(_("一次最多导入 %(most)d 行。请分成几份。") % {"most": MOST_ROWS})
    heads = _fields(filled[0][1], of)
    found = Dataset(headers=[*heads, LINE])
    for at, row in filled[1:]:
        cells = [_WORDS.clean(cell) for cell in row[: len(heads)]]
        found.append([*cells, *[""] * (len(heads) - len(cells)), str(at)])
    return found


def _fields(heads: Sequence[Any], of: type[List]) -> list[str]:
    known: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            known |= {words.casefold(): name for name, words in of.heads().items()}
    said = [texts.clean(str(head or "")) for head in heads]
    while said and not said[-1]:
        said.pop()
    wanted = "、".join(of.heads().values())
    unknown = [head for head in said if head.casefold() not in known and head not in of._meta.fields]
    if unknown:
        raise Refused(_("不认识这一列：“%(head)s”。可用的列：%(wanted)s。") % {"head": texts.cut(unknown[0], 30), "wanted": wanted})
    found = [known.get(head.casefold(), head) for head in said]
    if len(set(found)) < len(found) or not {"code", "name"} <= set(found):
        raise Refused(_("第一行要写列名，每列一次，其中代码和名称不可少。可用的列：%(wanted)s。") % {"wanted": wanted})
    return found


def _first_sheet(content: bytes) -> list[list[Any]]:
    try:
        book = reading.opened(content)
    except reading.Unreadable as error:
        raise Refused(str(error)) from error
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS + 2, max_col=50)]


def _comma_separated(content: bytes) -> list[list[Any]]:
    # Excel in Chinese writes CSV in GB 18030, everything else in UTF-8.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            return [list(row) for row in csv.reader(io.StringIO(text), strict=True)]
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise Refused(_("这不是可以读取的 CSV 文件。请另存为 .xlsx 再试。")) from error
    raise Refused(_("文件的文字编码无法识别。请另存为 .xlsx 再试。"))


def written(of: type[List]) -> bytes:
    """The list as it is, as an XLSX that can be read back; no cell is ever taken for a formula."""
    rows = of().export(of._meta.model.objects.order_by("code"))
    book = Workbook()
    sheet = book.worksheets[0]
    heads = of.heads()
    sheet.append([heads[name] for name in rows.headers])
    for at, row in enumerate(rows, start=2):
        for place, value in enumerate(row, start=1):
            cell = sheet.cell(at, place)
            cell.value = "" if value is None else str(value)
            cell.data_type = "s"
    sheet.freeze_panes = "A2"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
