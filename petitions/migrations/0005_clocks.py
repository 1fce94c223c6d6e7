"""An objection, too, stops a clock for a while; and an edition of the limits is named by its day and its row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("petitions", "0004_case_walls")]

    operations = [
        migrations.AlterField(
            model_name="deadline",
            name="rule",
            field=models.CharField(max_length=40, verbose_name="规则版本"),
        ),
        migrations.AlterField(
            model_name="pause",
            name="ground",
            field=models.CharField(
                choices=[("hearing", "听证"), ("objection", "异议处理")], max_length=20, verbose_name="不计入期限的事由"
            ),
        ),
    ]
