"""Everything that a table with bookings may be given: columns, a table that refers to it, a rule for what comes."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from tests.faults.next_release import LAST


class Migration(migrations.Migration):
    dependencies = [("reception", LAST)]

    operations = [
        migrations.AddField("booking", "next_note", models.TextField(null=True)),
        migrations.AddField("booking", "next_flag", models.BooleanField(default=False, db_default=False)),
        migrations.CreateModel(
            "NextThing",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("booking", models.ForeignKey("reception.booking", on_delete=django.db.models.deletion.PROTECT)),
            ],
        ),
        AddConstraintNotValid("booking", models.CheckConstraint(condition=~models.Q(next_note="-"), name="next_note_said")),
    ]
