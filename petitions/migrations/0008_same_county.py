"""What was added to a case, its steps and its clocks can't point into another county either."""

from django.db import migrations

from reception.walls import SameCounty


class Migration(migrations.Migration):
    dependencies = [("petitions", "0007_close")]

    operations = [
        SameCounty("case", "repeats", "addressed_to", "instructed_by", "sponsor", "department"),
        SameCounty("casestep", "corrects"),
        SameCounty("deadline", "referral"),
    ]
