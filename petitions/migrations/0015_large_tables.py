"""A county that joins others is known to the database soon."""

from django.db import migrations

from reception.growing import LookedOverOften


class Migration(migrations.Migration):
    dependencies = [
        ("petitions", "0014_gram_bytes"),
    ]

    operations = [
        LookedOverOften(name)
        for name in ("case", "casestep", "casetext", "deadline", "gram", "document", "referral", "task", "answer", "delivery")
    ]
