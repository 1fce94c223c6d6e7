"""Wrong codes, counted. Rows hold keyed fingerprints of what was asked and from where, and belong to no county."""

from django.db import models


class Guess(models.Model):
    """How often a wrong code was given for one bucket (a number, a network, a county, the whole portal), and until when it rests."""

    bucket = models.CharField(max_length=64, unique=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    since = models.DateTimeField(editable=False)
    rests_until = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return self.bucket
