"""Changes of the calendar are proposed and approved; rows and confirmations name the change they came by."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import reception.scope
from reception.together import together
from reception.walls import CountyWall, Trigger

SAME_COUNTY = """
    ALTER TABLE reception_{table} ADD CONSTRAINT reception_{table}_change_same_county
    FOREIGN KEY (county_id, change_id) REFERENCES reception_calendarchange (county_id, id) DEFERRABLE INITIALLY DEFERRED
"""
NOT_SAME_COUNTY = "ALTER TABLE reception_{table} DROP CONSTRAINT reception_{table}_change_same_county"

CHANGE = """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a change of the calendar is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'proposed' THEN
        RAISE EXCEPTION 'a % change of the calendar never changes', OLD.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.document, OLD.document_number, OLD.source, OLD.note, OLD.confirms, OLD.withdraws, OLD.proposed_by_id, OLD.proposed_at)
        IS DISTINCT FROM
        (NEW.document, NEW.document_number, NEW.source, NEW.note, NEW.confirms, NEW.withdraws, NEW.proposed_by_id, NEW.proposed_at)
    THEN
        RAISE EXCEPTION 'what was proposed never changes: withdraw it and propose anew' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""

ROW = """
    IF OLD.change_id IS NULL AND TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF OLD.change_id IS NULL THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL OR (NEW.proposed AND NOT OLD.proposed)
        OR (OLD.day, OLD.works, OLD.name, OLD.name_en, OLD.document, OLD.document_number, OLD.source, OLD.level, OLD.change_id)
        IS DISTINCT FROM
        (NEW.day, NEW.works, NEW.name, NEW.name_en, NEW.document, NEW.document_number, NEW.source, NEW.level, NEW.change_id)
    THEN
        RAISE EXCEPTION 'a row of a change is what was proposed: it may only come into force and be withdrawn'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reception", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "待审定"), ("approved", "已生效"), ("withdrawn", "已撤回")],
                        default="proposed",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("document", models.CharField(max_length=200, verbose_name="文件名称")),
                ("document_number", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="来源")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="内部备注")),
                ("confirms", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="确认年度")),
                ("withdraws", models.JSONField(default=list, verbose_name="撤销的日历行")),
                ("effects", models.JSONField(default=list, verbose_name="生效时的影响")),
                ("proposed_at", models.DateTimeField(editable=False, verbose_name="提出时间")),
                ("approved_at", models.DateTimeField(editable=False, null=True, verbose_name="审定时间")),
                (
                    "approved_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审定人",
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
                    "proposed_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
            ],
            options={
                "verbose_name": "日历变更",
                "verbose_name_plural": "日历变更",
                "ordering": ["-proposed_at", "-pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.RemoveConstraint(
            model_name="calendarrow",
            name="calendar_row_once",
        ),
        migrations.AddField(
            model_name="calendarrow",
            name="document_number",
            field=models.CharField(blank=True, max_length=60, verbose_name="文号"),
        ),
        migrations.AddField(
            model_name="calendarrow",
            name="proposed",
            field=models.BooleanField(default=False, editable=False, verbose_name="尚待审定"),
        ),
        migrations.AddField(
            model_name="calendarrow",
            name="source",
            field=models.CharField(blank=True, max_length=300, verbose_name="来源"),
        ),
        migrations.AlterField(
            model_name="yearconfirmation",
            name="document",
            field=models.CharField(max_length=300, verbose_name="依据文件"),
        ),
        migrations.AddField(
            model_name="calendarrow",
            name="change",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rows",
                to="reception.calendarchange",
                verbose_name="日历变更",
            ),
        ),
        migrations.AddField(
            model_name="yearconfirmation",
            name="change",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reception.calendarchange",
                verbose_name="日历变更",
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarrow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("proposed", False), ("withdrawn_at__isnull", True)),
                fields=("county", "level", "day"),
                name="calendar_row_once",
                violation_error_message="同一层级对这一天已有规定。请先撤销原有的一行，再录入新的。",
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarrow",
            constraint=models.UniqueConstraint(fields=("change", "level", "day"), name="calendar_row_once_a_change"),
        ),
        migrations.AddConstraint(
            model_name="calendarrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("proposed", False), ("change__isnull", False), _connector="OR"),
                name="calendar_row_proposed_by_a_change",
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False), ("state", "approved")),
                    models.Q(
                        models.Q(("state", "approved"), _negated=True), ("approved_at__isnull", True), ("approved_by__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="calendar_change_approved_by_someone",
            ),
        ),
        CountyWall("calendarchange"),
        *[
            migrations.RunSQL(SAME_COUNTY.format(table=table), NOT_SAME_COUNTY.format(table=table))
            for table in ("calendarrow", "yearconfirmation")
        ],
        Trigger("calendarchange", "calendar_change_stays", "BEFORE UPDATE OR DELETE", CHANGE),
        Trigger("calendarrow", "calendar_row_stays", "BEFORE UPDATE OR DELETE", ROW),
    ]
    operations = together(operations)
