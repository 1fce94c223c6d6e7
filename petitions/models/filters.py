"""What staff keep for themselves of the list of cases: a name, and what narrows the list."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reception.models import Scoped, User


class SavedFilter(Scoped):
    """One person's own filter. `query` is the address's part after the question mark: what is chosen, never words that were looked for."""

    user = models.ForeignKey(User, verbose_name=_("账号"), on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("名称"), max_length=30)
    query = models.CharField(max_length=500)

    class Meta(Scoped.Meta):
        verbose_name = ngettext_lazy("常用筛选", "常用筛选", 1)
        verbose_name_plural = ngettext_lazy("常用筛选", "常用筛选", 2)
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_filter_once")]

    def __str__(self) -> str:
        return self.name
