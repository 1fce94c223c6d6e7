"""What leaders answer, who attends and was told, and notes on days that are over."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import reception.models.answers
import reception.scope
from reception.together import together
from reception.walls import CountyWall, Trigger, Untouchable

NEVER = "RAISE EXCEPTION 'notes on days only grow' USING ERRCODE = 'restrict_violation';"


class Migration(migrations.Migration):
    dependencies = [
        ("reception", "0004_accounts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="接访日")),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "待答复"), ("accepted", "已确认"), ("declined", "不能出席"), ("lapsed", "失效")],
                        default="asked",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("nonce", models.CharField(default=reception.models.answers.new_nonce, editable=False, max_length=22, unique=True)),
                ("asked_at", models.DateTimeField(verbose_name="发起时间")),
                ("told_at", models.DateTimeField(help_text="没有可以告知的账号时为空。", null=True, verbose_name="告知时间")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                ("acting_for", models.CharField(blank=True, max_length=60, verbose_name="代表")),
                (
                    "way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("desk", "领导工作台"),
                            ("link", "一次性链接"),
                            ("bureau", "信访部门代为登记"),
                            ("absence", "登记请假"),
                        ],
                        max_length=10,
                        verbose_name="答复方式",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("business_trip", "出差"),
                            ("meeting", "会议"),
                            ("leave", "休假"),
                            ("training", "培训学习"),
                            ("illness", "病假"),
                            ("recusal", "回避"),
                            ("other", "其他公务"),
                        ],
                        max_length=20,
                        verbose_name="事由",
                    ),
                ),
                ("bureau_told_at", models.DateTimeField(null=True, verbose_name="提醒信访部门的时间")),
                ("office_told_at", models.DateTimeField(null=True, verbose_name="提醒两办的时间")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
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
                    "leader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reception.leader", verbose_name="领导"
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="reception.sitting",
                        verbose_name="接访场次",
                    ),
                ),
            ],
            options={
                "verbose_name": "领导答复",
                "verbose_name_plural": "领导答复",
                "ordering": ["-day", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="DayNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=500, verbose_name="备注")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
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
                    "day",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="reception.receptionday",
                        verbose_name="接访日",
                    ),
                ),
            ],
            options={
                "verbose_name": "接访日备注",
                "verbose_name_plural": "接访日备注",
                "ordering": ["at", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="absence",
            name="acting_for",
            field=models.CharField(blank=True, editable=False, max_length=60, verbose_name="代表"),
        ),
        migrations.AddField(
            model_name="attendance",
            name="told_on",
            field=models.DateField(
                editable=False, help_text="告知时的接访日；改期后要再次告知。", null=True, verbose_name="已告知的接访日"
            ),
        ),
        migrations.AddField(
            model_name="county",
            name="tell_bureau_days_before",
            field=models.PositiveSmallIntegerField(
                default=3,
                validators=[django.core.validators.MaxValueValidator(60)],
                verbose_name="领导未答复，提前几日提醒信访部门",
            ),
        ),
        migrations.AddField(
            model_name="county",
            name="tell_departments_days_before",
            field=models.PositiveSmallIntegerField(
                default=2, validators=[django.core.validators.MaxValueValidator(60)], verbose_name="最迟提前几日告知陪同部门"
            ),
        ),
        migrations.AddField(
            model_name="county",
            name="tell_leaders_days_before",
            field=models.PositiveSmallIntegerField(
                default=5, validators=[django.core.validators.MaxValueValidator(60)], verbose_name="提前几日请领导确认"
            ),
        ),
        migrations.AddField(
            model_name="county",
            name="tell_office_days_before",
            field=models.PositiveSmallIntegerField(
                default=1, validators=[django.core.validators.MaxValueValidator(60)], verbose_name="领导仍未答复，提前几日提醒两办"
            ),
        ),
        migrations.AddConstraint(
            model_name="county",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("tell_leaders_days_before__gte", models.F("tell_bureau_days_before")),
                    ("tell_bureau_days_before__gte", models.F("tell_office_days_before")),
                ),
                name="county_asks_before_it_reminds",
                violation_error_message="请领导确认须早于（或同日）提醒信访部门，提醒信访部门须早于（或同日）提醒两办。",
            ),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(condition=models.Q(("state", "asked")), fields=["day"], name="answer_unanswered"),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["asked", "accepted", "declined"])),
                fields=("sitting", "leader", "day"),
                name="answer_one_current",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["asked", "lapsed"]),
                    models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                    _connector="OR",
                ),
                name="answer_says_who",
            ),
        ),
        CountyWall("answer"),
        CountyWall("daynote"),
        Untouchable("daynote"),
        Trigger("daynote", "day_note_stays", "BEFORE UPDATE OR DELETE", NEVER),
        Trigger("daynote", "day_notes_are_kept", "BEFORE TRUNCATE", NEVER),
    ]
    operations = together(operations)
