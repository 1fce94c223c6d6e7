"""Files that staff take out, each row of its county alone."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import reception.scope
from reception.walls import CountyWall


class Migration(migrations.Migration):
    dependencies = [
        ("petitions", "0011_merged_archived"),
        ("reception", "0018_attempts_cut"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="material",
            name="media_type",
            field=models.CharField(editable=False, max_length=80, verbose_name="类型"),
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("report_xlsx", "统计报表（XLSX）"),
                            ("report_csv", "统计报表（CSV）"),
                            ("cases_xlsx", "事项清单（XLSX）"),
                        ],
                        max_length=12,
                        verbose_name="种类",
                    ),
                ),
                ("period", models.CharField(max_length=7, verbose_name="统计期")),
                ("columns", models.JSONField(blank=True, default=list)),
                ("language", models.CharField(max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "等待生成"),
                            ("making", "正在生成"),
                            ("ready", "可以下载"),
                            ("failed", "没有生成"),
                            ("expired", "已过期删除"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="申请时间")),
                ("begun_at", models.DateTimeField(blank=True, null=True)),
                ("done", models.PositiveSmallIntegerField(default=0)),
                ("parts", models.PositiveSmallIntegerField(default=0)),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="下载期限")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="导出人",
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
            ],
            options={
                "verbose_name": "导出",
                "verbose_name_plural": "导出",
                "ordering": ["-asked_at", "-pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ExportFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("key_name", models.CharField(editable=False, max_length=20)),
                ("wrapped", models.BinaryField()),
                ("name", models.BinaryField()),
                ("media_type", models.CharField(editable=False, max_length=80, verbose_name="类型")),
                ("size", models.PositiveIntegerField(editable=False, verbose_name="大小")),
                ("kept_at", models.DateTimeField(editable=False, verbose_name="上传时间")),
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
                    "export",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="file", to="petitions.export"),
                ),
            ],
            options={
                "verbose_name": "导出的文件",
                "verbose_name_plural": "导出的文件",
                "ordering": ["kept_at", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(fields=["county", "state"], name="export_by_state"),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("state", "ready"), _negated=True), ("expires_at__isnull", False), _connector="OR"),
                name="export_ready_until",
            ),
        ),
        CountyWall("export"),
        CountyWall("exportfile", is_referred=False),
    ]
