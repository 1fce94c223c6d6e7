"""Ways of a substitution: swap and emergency, the offices' moments, and whose accounts coordinate it."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import reception.scope
from reception.together import together
from reception.walls import CountyWall

PAIR = """
    ALTER TABLE reception_substitution ADD CONSTRAINT reception_substitution_pair_same_county
    FOREIGN KEY (county_id, pair_id) REFERENCES reception_substitution (county_id, id) DEFERRABLE INITIALLY DEFERRED
"""
NO_PAIR = "ALTER TABLE reception_substitution DROP CONSTRAINT reception_substitution_pair_same_county"


class Migration(migrations.Migration):
    dependencies = [
        ("reception", "0005_answers"),
    ]

    operations = [
        migrations.AddField(
            model_name="county",
            name="substitutes_escalate_days_before",
            field=models.PositiveSmallIntegerField(
                default=2,
                validators=[django.core.validators.MaxValueValidator(30)],
                verbose_name="替代未落实时，提前几日提请联席会议办公室协调",
            ),
        ),
        migrations.AddField(
            model_name="substitution",
            name="endorsed_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="会商同意时间"),
        ),
        migrations.AddField(
            model_name="substitution",
            name="escalated_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="提请联席会议办公室协调时间"),
        ),
        migrations.AddField(
            model_name="substitution",
            name="objected_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="提出异议时间"),
        ),
        migrations.AddField(
            model_name="substitution",
            name="pair",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reception.substitution",
                verbose_name="对调的另一场",
            ),
        ),
        migrations.AddField(
            model_name="substitution",
            name="referred_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="转联席会议办公室时间"),
        ),
        migrations.AddField(
            model_name="substitution",
            name="way",
            field=models.CharField(
                choices=[("substitute", "替代"), ("swap", "对调"), ("emergency", "应急替代")],
                default="substitute",
                editable=False,
                max_length=12,
                verbose_name="方式",
            ),
        ),
        migrations.CreateModel(
            name="Coordination",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "substitution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="coordinations", to="reception.substitution"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "协调人员账号",
                "verbose_name_plural": "协调人员账号",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="substitution",
            name="coordinating",
            field=models.ManyToManyField(
                related_name="+", through="reception.Coordination", to=settings.AUTH_USER_MODEL, verbose_name="协调人员账号"
            ),
        ),
        migrations.AddConstraint(
            model_name="substitution",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["requested", "proposed", "endorsed", "accepted"])),
                fields=("sitting",),
                name="substitution_one_under_way",
                violation_error_message="这一场的替代已在办理中。",
            ),
        ),
        migrations.AddConstraint(
            model_name="substitution",
            constraint=models.CheckConstraint(
                condition=models.Q(("pair__isnull", True), ("way", "swap"), _connector="OR"), name="substitution_pair_is_a_swap"
            ),
        ),
        migrations.AddConstraint(
            model_name="coordination",
            constraint=models.UniqueConstraint(fields=("substitution", "user"), name="coordination_once"),
        ),
        # A table walled already gets a foreign key: this one includes the county too.
        migrations.RunSQL(PAIR, NO_PAIR),
        CountyWall("coordination"),
    ]
    operations = together(operations)
