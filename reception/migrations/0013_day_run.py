"""The reception day itself: one number called at a time, steps from paper, and days and sittings held for good."""

from django.db import migrations, models
from django.db.models import Q

from reception.walls import Trigger

STATES = [
    ("submitted", "已提交"),
    ("confirmed", "已确认"),
    ("waitlisted", "候补"),
    ("guided", "已引导"),
    ("declined", "不予安排"),
    ("checked_in", "已签到"),
    ("parked", "过号等候"),
    ("called", "已叫号"),
    ("received", "已接访"),
    ("moved", "已改期"),
    ("cancelled", "已取消"),
    ("no_show", "未到"),
    ("not_received", "未能接访"),
    ("early_answered", "提前答复"),
]
STAYS = """
    IF OLD.state = 'held' THEN
        RAISE EXCEPTION 'what was held is a fact and never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reception", "0012_early_answers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="booking",
            name="state",
            field=models.CharField(choices=STATES, default="submitted", max_length=16, verbose_name="状态"),
        ),
        migrations.AlterField(
            model_name="bookingstep",
            name="after",
            field=models.CharField(choices=STATES, max_length=16, verbose_name="状态"),
        ),
        migrations.AddField(
            model_name="bookingstep",
            name="recorded_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="补录时间"),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.UniqueConstraint(
                condition=Q(state="called"),
                fields=("sitting",),
                name="booking_one_called",
                violation_error_message="已有一个号正在叫，请先接待或过号。",
            ),
        ),
        Trigger("receptionday", "held_days_stay", "BEFORE UPDATE OR DELETE", STAYS),
        Trigger("sitting", "held_sittings_stay", "BEFORE UPDATE OR DELETE", STAYS),
    ]
