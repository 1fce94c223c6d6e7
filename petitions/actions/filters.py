"""Keep a filter of the list of cases for oneself, use it again, let it go. It is nobody else's, and says nothing of any case."""

from urllib.parse import urlencode

from django.utils.translation import gettext as _

from petitions.models import SavedFilter
from reception import texts
from reception.errors import Refused
from reception.models import User

# So many of one person fit beside the list.
MOST = 12
LONGEST = 30


def of(user: User) -> list[SavedFilter]:
    """A person's own filters, by name; the county is in scope."""
    return list(SavedFilter.objects.filter(user=user))


def keep(*, name: str, chosen: dict[str, str], by: User) -> SavedFilter:
    """Keep what is chosen under a name; a name that is there already is given to this one. Raises `Refused`."""
    said = texts.clean(name)
    if not 0 < len(said) <= LONGEST:
        raise Refused(_("请给这个筛选起一个名称，不超过 %(most)d 个字。") % {"most": LONGEST})
    if not chosen:
        raise Refused(_("还没有选择任何条件。请先筛选，再保存。"))
    others = SavedFilter.objects.filter(user=by).exclude(name=said)
    if others.count() >= MOST:
        raise Refused(_("最多保存 %(most)d 个常用筛选。请先删除一个。") % {"most": MOST})
    kept, _new = SavedFilter.objects.update_or_create(user=by, name=said, defaults={"query": urlencode(sorted(chosen.items()))})
    return kept


def let_go(*, pk: int, by: User) -> None:
    """Delete one's own filter; another's, or one that is gone, is left as it is."""
    SavedFilter.objects.filter(user=by, pk=pk).delete()
