import uuid

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import reception.scope
from reception import beginnings
from reception.together import together
from reception.walls import CountyWall


def begin(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Counties that are there already get kinds of matters and a guide, as a new county does with its workbook."""
    tables = {name: apps.get_model("reception", name) for name in ("County", "Department", "Topic", "GuideStep")}
    alias = schema_editor.connection.alias
    for county in tables["County"].objects.using(alias).all():
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.county', %s, true)", [str(county.pk)])
        departments = list(tables["Department"].objects.using(alias).filter(county=county).order_by("code"))
        if not tables["Topic"].objects.using(alias).filter(county=county).exists():
            rows = [tables["Topic"](county=county, **values) for values in beginnings.topics(departments)]
            tables["Topic"].objects.using(alias).bulk_create(rows)
        rows = [tables["GuideStep"](county=county, **values) for values in beginnings.guide()]
        tables["GuideStep"].objects.using(alias).bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [
        ("reception", "0009_bookings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("owner", models.CharField(editable=False, max_length=24)),
                ("network", models.CharField(blank=True, editable=False, max_length=24)),
                ("key_name", models.CharField(editable=False, max_length=20)),
                ("wrapped", models.BinaryField(null=True)),
                ("sealed", models.BinaryField()),
                ("held_until", models.DateTimeField(editable=False, null=True)),
                ("started_at", models.DateTimeField(editable=False)),
                ("expires_at", models.DateTimeField(editable=False)),
                (
                    "booking",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reception.booking",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        default=reception.scope.current,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reception.county",
                        verbose_name="县（市、区）",
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="reception.sitting",
                    ),
                ),
            ],
            options={
                "verbose_name": "未提交的预约",
                "verbose_name_plural": "未提交的预约",
                "ordering": ["started_at"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="GuideStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(help_text="小写拼音或英文，出现在网址中。", max_length=20, verbose_name="网址名")),
                (
                    "kind",
                    models.CharField(
                        choices=[("urgent", "紧急情况"), ("elsewhere", "有专门途径"), ("track", "查询办理进度")],
                        default="elsewhere",
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("question", models.CharField(help_text="来访人看到的选项，用大白话写。", max_length=120, verbose_name="选项")),
                ("question_en", models.CharField(blank=True, max_length=240, verbose_name="选项（英文）")),
                ("applies", models.CharField(blank=True, max_length=300, verbose_name="适用于")),
                ("applies_en", models.CharField(blank=True, max_length=600, verbose_name="适用于（英文）")),
                ("body", models.CharField(max_length=200, verbose_name="找哪个单位")),
                ("body_en", models.CharField(blank=True, max_length=400, verbose_name="找哪个单位（英文）")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="地点、电话")),
                ("place_en", models.CharField(blank=True, max_length=400, verbose_name="地点、电话（英文）")),
                ("how", models.TextField(help_text="每行一步。", verbose_name="怎样办")),
                ("how_en", models.TextField(blank=True, help_text="每行一步。", verbose_name="怎样办（英文）")),
                ("by_when", models.CharField(blank=True, max_length=300, verbose_name="期限")),
                ("by_when_en", models.CharField(blank=True, max_length=600, verbose_name="期限（英文）")),
                ("caution", models.CharField(blank=True, max_length=300, verbose_name="提醒")),
                ("caution_en", models.CharField(blank=True, max_length=600, verbose_name="提醒（英文）")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="排序")),
                ("shown", models.BooleanField(default=True, verbose_name="显示")),
                (
                    "county",
                    models.ForeignKey(
                        default=reception.scope.current,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reception.county",
                        verbose_name="县（市、区）",
                    ),
                ),
            ],
            options={
                "verbose_name": "办事指引",
                "verbose_name_plural": "办事指引",
                "ordering": ["position", "code"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("key_name", models.CharField(editable=False, max_length=20)),
                ("wrapped", models.BinaryField()),
                ("name", models.BinaryField()),
                ("media_type", models.CharField(editable=False, max_length=40, verbose_name="类型")),
                ("size", models.PositiveIntegerField(editable=False, verbose_name="大小")),
                ("kept_at", models.DateTimeField(editable=False, verbose_name="上传时间")),
                (
                    "booking",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uploads",
                        to="reception.booking",
                        verbose_name="预约",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        default=reception.scope.current,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reception.county",
                        verbose_name="县（市、区）",
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uploads",
                        to="reception.draft",
                    ),
                ),
            ],
            options={
                "verbose_name": "来访材料",
                "verbose_name_plural": "来访材料",
                "ordering": ["kept_at", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(fields=["county", "expires_at"], name="draft_expiry"),
        ),
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(fields=["county", "network"], name="draft_network"),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.CheckConstraint(
                condition=models.Q(("booking__isnull", True), ("wrapped__isnull", True), _connector="OR"),
                name="draft_sent_holds_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidestep",
            constraint=models.UniqueConstraint(
                fields=("county", "code"), name="guide_code", violation_error_message="已有同名的指引，请另取网址名。"
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("booking__isnull", False), ("draft__isnull", True)),
                    models.Q(("booking__isnull", True), ("draft__isnull", False)),
                    _connector="OR",
                ),
                name="upload_with_a_draft_or_a_booking",
            ),
        ),
        *[CountyWall(table) for table in ("draft", "upload", "guidestep")],
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
    operations = together(operations)
