"""A merged case is archived like any other, and still says into which it was merged."""

from django.db import migrations, models

KEPT = (
    models.Q(("joins__isnull", False), ("status", "merged"))
    | models.Q(("status", "archived"))
    | (~models.Q(("status", "merged")) & models.Q(("joins__isnull", True)))
)


class Migration(migrations.Migration):
    dependencies = [("petitions", "0010_half_way")]

    operations = [
        migrations.RemoveConstraint(model_name="case", name="case_merged_into_one"),
        migrations.AddConstraint(model_name="case", constraint=models.CheckConstraint(condition=KEPT, name="case_merged_into_one")),
    ]
