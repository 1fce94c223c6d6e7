"""Since when a password is there, and whether somebody else gave it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reception", "0021_results")]

    operations = [
        migrations.AddField("user", "password_is_given", models.BooleanField(default=False, editable=False)),
        migrations.AddField("user", "password_since", models.DateTimeField(editable=False, null=True)),
    ]
