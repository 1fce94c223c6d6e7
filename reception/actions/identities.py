"""The identity vault: keep who a person is, read it for a reason that is written down, find equals, destroy it for good."""

import json
import secrets
import unicodedata
from dataclasses import asdict, dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from reception import codes, vault
from reception.actions import envelopes, journal
from reception.actions.envelopes import keyring
from reception.actions.permissions import require
from reception.errors import Refused
from reception.models import County, Identity, User


@dataclass(frozen=True)
class Person:
    """Who someone is, in clear. Never logged: see `__repr__`."""

    name: str
    phone: str = ""
    id_number: str = ""
    other_paper: str = ""
    address: str = ""

    def __repr__(self) -> str:
        return "<Person>"

    @property
    def masked(self) -> dict[str, str]:
        """What may be shown without a reason: the family name, and the last four of number and phone."""
        return {
            "name": self.name[:1] + "*" * (len(self.name) - 1),
            "phone": _last_four(self.phone),
            "id_number": _last_four(self.id_number or self.other_paper),
        }


def _last_four(text: str) -> str:
    return f"****{text[-4:]}" if len(text) > 4 else "*" * len(text)


def person_index(person: Person, *, county: County) -> str:
    """Who counts as the same person: the identity number, else another paper's, else name and phone."""
    number = person.id_number or skeleton(person.other_paper)
    said = f"id {number}" if number else f"name {skeleton(person.name)} phone {skeleton(person.phone)}"
    return keyring().blind(said, county=county.pk, purpose="person")


def skeleton(text: str) -> str:
    """A text as it is compared: compatibility forms, case, spaces and invisible characters aside."""
    kept = (c for c in unicodedata.normalize("NFKC", text).casefold() if unicodedata.category(c)[0] not in "CZ")
    return "".join(kept)


def blind_name(name: str, *, county: County) -> str:
    """What an identity of that name has as its `name_index`."""
    return keyring().blind(skeleton(name), county=county.pk, purpose="name")


def keep(*, person: Person, county: County, at: datetime) -> Identity:
    """Seal a person into the vault of the county in scope. An identity number comes as `codes.read_identity_number` gives it."""
    ring, row = keyring(), Identity(kept_at=at)
    row.sealed = envelopes.new(row).seal(json.dumps(asdict(person), ensure_ascii=False).encode())
    # With a name alone nobody is the same person: many share one, and none may be told of another's booking.
    is_known = bool(person.id_number or skeleton(person.other_paper) or skeleton(person.phone))
    row.person_index = person_index(person, county=county) if is_known else secrets.token_hex(12)
    row.name_index = blind_name(person.name, county=county)
    if person.phone:
        row.phone_index = ring.blind(skeleton(person.phone), county=county.pk, purpose="phone")
    if person.id_number:
        row.id_index = ring.blind(person.id_number, county=county.pk, purpose="id")
    row.save(force_insert=True)
    return row


def read(*, identity: Identity, reason: str, county: County, by: User, at: datetime) -> Person:
    """Open one identity. The reading is in the journal with its reason, and the person concerned can see that it was.

    Raises `Refused` without a reason, and for one that was destroyed.
    """
    require("identity.read", county=county, by=by, at=at)
    if not reason.strip():
        raise Refused(_("请写明查看身份信息的理由。理由会记入日志，来访人可以看到。"))
    person = opened(identity, county=county)
    journal.record(act="identity.read", object=f"identity {identity.uid}", by=by, at=at, reason=reason.strip())
    return person


def opened(identity: Identity, *, county: County) -> Person:
    """The person, for the machine's own use (sending, printing what its reader may have, masking). Raises `Refused` if destroyed."""
    if identity.wrapped is None:
        raise Refused(_("这份身份信息已按保存期限销毁，不能再查看。"))
    try:
        envelope = envelopes.of(identity)
    except vault.Unreadable:
        # Wrapped anew since this row was read, and the old master gone: the row as it is now opens.
        now = Identity.objects.get(pk=identity.pk)
        if now.key_name == identity.key_name or now.wrapped is None:
            raise
        envelope = envelopes.of(now)
    return Person(**json.loads(envelope.unseal(bytes(identity.sealed))))


def masked(identity: Identity, *, county: County) -> dict[str, str]:
    """What may be shown of a person without a reason; of one that was destroyed, that it was."""
    try:
        return opened(identity, county=county).masked
    except Refused:
        return {"name": _("（已销毁）"), "phone": "", "id_number": ""}


def find(*, county: County, phone: str = "", id_number: str = "", name: str = "") -> list[Identity]:
    """Identities that equal what is given, by blind index, the newest first."""
    ring, wanted = keyring(), {}
    if phone:
        wanted["phone_index"] = ring.blind(skeleton(phone), county=county.pk, purpose="phone")
    if id_number:
        wanted["id_index"] = ring.blind(codes.read_identity_number(id_number), county=county.pk, purpose="id")
    if name:
        wanted["name_index"] = ring.blind(skeleton(name), county=county.pk, purpose="name")
    return list(Identity.objects.filter(**wanted)) if wanted else []


def shred(*, identity: Identity, county: County, by: User, at: datetime, reason: str) -> None:
    """Destroy the data key: the identity is unreadable for ever, here and in every backup made without the key file."""
    row = Identity.objects.select_for_update().get(pk=identity.pk)
    if row.wrapped is None:
        return
    row.wrapped, row.shredded_at = None, at
    row.id_index = row.phone_index = ""
    row.name_index = row.person_index = "0" * 24
    row.save()
    journal.record(act="identity.shred", object=f"identity {row.uid}", by=by, at=at, reason=reason)
