from django.db import migrations, models

from reception.growing import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("reception", "r9001_expand")]

    operations = [AddIndexBeside("booking", models.Index(fields=["next_note"], name="next_note_find"))]
