"""A county that joins others is known to the database soon."""

from django.db import migrations

from reception.growing import LookedOverOften


class Migration(migrations.Migration):
    dependencies = [
        ("reception", "0024_sessions"),
    ]

    operations = [
        LookedOverOften(name) for name in ("entry", "message", "occasion", "attempt", "identity", "booking", "bookingstep")
    ]
