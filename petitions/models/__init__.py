from petitions.models.cases import Case, CaseStep, Kind, Representative, WayIn
from petitions.models.clocks import Deadline, Extension, Limit, Pause, PauseGround, Stop
from petitions.models.documents import Counter, Document, DocumentKind
from petitions.models.exports import Export, ExportFile, ExportKind, ExportState
from petitions.models.filters import SavedFilter
from petitions.models.materials import Material, MaterialKind
from petitions.models.minutes import Decision, Ground, Minutes, Task
from petitions.models.opinions import (
    Answer,
    Delivery,
    DeliveryWay,
    Grade,
    Opinion,
    OpinionKind,
    OpinionState,
    Outcome,
    RatedBody,
    Rating,
)
from petitions.models.proposals import Disclosure, Proposal, ProposalState
from petitions.models.referrals import Objection, Progress, Recusal, Referral, ReferralState
from petitions.models.reviews import Level, Review, Ruling
from petitions.models.supervision import Agenda, AgendaItem, Improvement, Supervision, SupervisionGround
from petitions.models.text import CaseText, Gram

__all__ = [
    "Agenda",
    "AgendaItem",
    "Answer",
    "Case",
    "CaseStep",
    "CaseText",
    "Counter",
    "Deadline",
    "Decision",
    "Delivery",
    "DeliveryWay",
    "Disclosure",
    "Document",
    "DocumentKind",
    "Export",
    "ExportFile",
    "ExportKind",
    "ExportState",
    "Extension",
    "Grade",
    "Gram",
    "Ground",
    "Improvement",
    "Kind",
    "Level",
    "Limit",
    "Material",
    "MaterialKind",
    "Minutes",
    "Objection",
    "Opinion",
    "OpinionKind",
    "OpinionState",
    "Outcome",
    "Pause",
    "PauseGround",
    "Progress",
    "Proposal",
    "ProposalState",
    "RatedBody",
    "Rating",
    "Recusal",
    "Referral",
    "ReferralState",
    "Representative",
    "Review",
    "Ruling",
    "SavedFilter",
    "Stop",
    "Supervision",
    "SupervisionGround",
    "Task",
    "WayIn",
]
