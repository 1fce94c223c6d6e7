from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("reception", "r9002_index")]

    operations = [ValidateConstraint("booking", "next_note_said")]
