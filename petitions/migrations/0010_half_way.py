"""Clocks are found by the day on which half of their days are over."""

from django.db import migrations

INDEX = "CREATE INDEX deadline_half_way ON petitions_deadline (county_id, (started_on + (due_on - started_on) / 2))"


class Migration(migrations.Migration):
    dependencies = [("petitions", "0009_gram_marks"), ("reception", "0017_messages")]

    operations = [migrations.RunSQL(INDEX, "DROP INDEX deadline_half_way")]
