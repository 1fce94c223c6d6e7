"""Files of a case: scanned letters, proofs, signed papers. Sealed on disk like a booking's; the row says what and whose."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from petitions.models.cases import Case
from reception.models import User
from reception.models.uploads import SealedFile


class MaterialKind(models.TextChoices):
    LETTER = "letter", _("来信扫描件")
    EVIDENCE = "evidence", _("证明材料")
    PROOF = "proof", _("送达证明")
    SIGNED = "signed", _("签字文书")


class Material(SealedFile):
    """One file of a case."""

    case = models.ForeignKey(Case, verbose_name=_("信访事项"), on_delete=models.PROTECT, related_name="materials")
    kind = models.CharField(_("种类"), max_length=10, choices=MaterialKind.choices)
    added_by = models.ForeignKey(User, verbose_name=_("上传人"), on_delete=models.PROTECT, related_name="+")

    class Meta(SealedFile.Meta):
        verbose_name = ngettext_lazy("事项材料", "事项材料", 1)
        verbose_name_plural = ngettext_lazy("事项材料", "事项材料", 2)
        ordering = ["kept_at", "pk"]

    def __str__(self) -> str:
        return str(self.uid)
