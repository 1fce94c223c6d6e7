"""Signing in: sessions that can be ended at once, the private calendar feed, and walls around the sign-in library's tables."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import reception.scope
from reception.walls import CountyWall, PersonWall

WALLS = [
    PersonWall("account_emailaddress"),
    PersonWall("account_emailconfirmation", "(SELECT user_id FROM account_emailaddress WHERE id = email_address_id)"),
    PersonWall("mfa_authenticator"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("reception", "0003_holiday_desk"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.AddField("user", "sessions_ended", models.PositiveIntegerField(default=0, editable=False)),
        migrations.CreateModel(
            name="FeedToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hash", models.CharField(max_length=64, unique=True, verbose_name="校验值")),
                ("made_at", models.DateTimeField(verbose_name="生成时间")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="停用时间")),
                ("last_used_on", models.DateField(blank=True, null=True, verbose_name="最近使用")),
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
                    "leader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reception.leader",
                        verbose_name="领导",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="生成人",
                    ),
                ),
            ],
            options={
                "verbose_name": "日历订阅",
                "verbose_name_plural": "日历订阅",
                "ordering": ["-made_at"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)), fields=("leader",), name="feed_token_one_active"
                    ),
                    models.CheckConstraint(condition=models.Q(("hash__regex", "^[0-9a-f]{64}$")), name="feed_token_is_hashed"),
                ],
            },
        ),
        CountyWall("feedtoken"),
        *[migrations.RunSQL(wall.forwards, wall.backwards) for wall in WALLS],
    ]
