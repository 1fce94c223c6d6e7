"""What Django's system check says of our settings, before anything is served."""

import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

# One address and nothing else: it is written into a line of its own (RFC 9116, 2.5.3).
CONTACT = re.compile(r"mailto:[!-~]+@[A-Za-z0-9.-]+|https://[A-Za-z0-9.-]+(?::\d+)?(?:/[!-~]*)?")


@register(Tags.security)
def security_contact(**kwargs: Any) -> list[CheckMessage]:
    contact = settings.SECURITY_CONTACT
    if not contact or CONTACT.fullmatch(contact):
        return []
    return [
        Error(
            f"SECURITY_CONTACT is {contact!r}: write one address, as mailto:security@example.gov.cn or https://example.gov.cn/report.",
            id="reception.E001",
        )
    ]
