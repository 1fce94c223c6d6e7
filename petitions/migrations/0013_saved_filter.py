"""Staff keep filters of the list of cases for themselves."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import reception.scope
from reception.walls import CountyWall


class Migration(migrations.Migration):
    dependencies = [
        ("petitions", "0012_exports"),
        ("reception", "0021_results"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=30, verbose_name="名称")),
                ("query", models.CharField(max_length=500)),
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "常用筛选",
                "verbose_name_plural": "常用筛选",
                "ordering": ["name"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("user", "name"), name="saved_filter_once")],
            },
        ),
        CountyWall("savedfilter", is_referred=False),
    ]
