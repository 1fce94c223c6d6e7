"""What became of the matters, month by month: told once, for ever, and part of the edition that public pages are made of."""

import django.db.models.deletion
from django.db import migrations, models

import reception.scope
from reception.walls import CountyWall, Trigger, Untouchable

# Saving the county's row counts its edition up: see 0008_edition.
EDITION = """
    UPDATE reception_county SET edition = edition WHERE id = NEW.county_id;
    RETURN NULL;
"""
NEVER = "RAISE EXCEPTION 'published results stay';"


class Migration(migrations.Migration):
    dependencies = [("reception", "0020_pulse_history")]

    operations = [
        migrations.CreateModel(
            name="Result",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(verbose_name="月份")),
                ("document", models.JSONField(verbose_name="内容")),
                ("published_at", models.DateTimeField(verbose_name="公布时间")),
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
                "verbose_name": "办理结果",
                "verbose_name_plural": "办理结果",
                "ordering": ["-month"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("county", "month"), name="result_once_a_month")],
            },
        ),
        CountyWall("result", is_referred=False),
        Untouchable("result"),
        Trigger("result", "result_edition", "AFTER INSERT", EDITION),
        Trigger("result", "result_stays", "BEFORE UPDATE OR DELETE", NEVER),
        Trigger("result", "results_are_kept", "BEFORE TRUNCATE", NEVER),
    ]
