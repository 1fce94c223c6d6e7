"""What cases say, folded for searching, and the lists that find it: for each month, which cases hold which characters side by side.

A case's text is written by the database with the case and never changes. It lies open until `petitions.actions.indexing` has put it into
its month's lists; an open text is searched as it is, so nothing is ever missing.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import ngettext_lazy

from petitions.models.cases import Case
from reception.models import Scoped

# More cases than this of one month stay open: a place is a small integer.
MOST_IN_A_MONTH = 32_000


class CaseText(Scoped):
    """The matter and the wish of one case, folded: compatibility forms and capitals aside, a line each.

    `month` is that of the day of receipt, as year × 12 + month; `place` counts within it from the oldest, and is null while it is open.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="text")
    received_on = models.DateField()
    month = models.IntegerField()
    place = models.SmallIntegerField(null=True)
    text = models.TextField()

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("检索文本", "检索文本", 1)
        verbose_name_plural = ngettext_lazy("检索文本", "检索文本", 2)
        ordering = ["-received_on", "-case_id"]
        constraints = [models.UniqueConstraint(fields=["county", "month", "place"], name="casetext_place_once")]
        indexes = [models.Index(fields=["county", "-received_on", "-case"], condition=Q(place__isnull=True), name="casetext_open")]

    def __str__(self) -> str:
        return str(self.case_id)


class Gram(Scoped):
    """The places of a month's texts that hold one to three characters side by side.

    Every character of a month has its row, and every pair that is in `petitions.grams.RARE` texts or more; `places` are as
    `petitions.places` keeps them. Rarer pairs share rows, by `petitions.grams.shared`: of those `marks` says which place is whose. Three characters have a row only where both pairs in them are
    in `DENSE` texts or more: otherwise the rarer pair's list is short enough to be read through.
    """

    pk = models.CompositePrimaryKey("county_id", "gram", "month")
    gram = models.CharField(max_length=3, db_collation="C")
    month = models.IntegerField()
    count = models.SmallIntegerField()
    places = models.BinaryField()
    marks = models.BinaryField(null=True)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("检索词表", "检索词表", 1)
        verbose_name_plural = ngettext_lazy("检索词表", "检索词表", 2)
        ordering = ["gram", "-month"]
        constraints = [models.CheckConstraint(condition=Q(count__gt=0), name="gram_is_somewhere")]

    def __str__(self) -> str:
        return f"{self.gram} {self.month}"
