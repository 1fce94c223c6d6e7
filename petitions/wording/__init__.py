"""What each official document says, in official Chinese whatever language is active: what `documents.issue` freezes as `said`.

Nothing here names the petitioner; who they are is put in when a document is printed. See `petitions.wording.parts` for the shape.
"""

from petitions.wording.letters import agenda, assignment, closing_report, improvement, supervision, transfer
from petitions.wording.notices import acceptance, extension, guidance, no_further, non_acceptance, registration
from petitions.wording.opinions import delivery_slip, opinion, review
from petitions.wording.parts import Said

__all__ = [
    "Said",
    "acceptance",
    "agenda",
    "assignment",
    "closing_report",
    "delivery_slip",
    "extension",
    "guidance",
    "improvement",
    "no_further",
    "non_acceptance",
    "opinion",
    "registration",
    "review",
    "supervision",
    "transfer",
]
