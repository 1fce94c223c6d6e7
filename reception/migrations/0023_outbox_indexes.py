"""The outbox is written faster: no index of what is nowhere, or stands in another."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reception", "0022_own_password"),
    ]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="identity",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reception.identity",
                verbose_name="信访人",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="recipient",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="收件人",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="told_in",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="reception.message",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(condition=models.Q(("identity__isnull", False)), fields=["identity"], name="message_of_citizen"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(condition=models.Q(("told_in__isnull", False)), fields=["told_in"], name="message_told_in"),
        ),
    ]
