import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reception", "0015_remedy_bodies")]

    operations = [
        migrations.AddField(
            model_name="county",
            name="case_retention_years",
            field=models.PositiveSmallIntegerField(
                default=10,
                help_text="期满归档，并永久销毁信访人的身份信息和材料。条例没有规定年限，请按本地档案保管期限核定。",
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)],
                verbose_name="事项办结后保存几年",
            ),
        ),
        migrations.AddConstraint(
            model_name="county",
            constraint=models.CheckConstraint(
                condition=models.Q(("case_retention_years__range", (1, 100))), name="county_keeps_for_a_time"
            ),
        ),
    ]
