"""What can be done to a case, by the part of its way. Importing this package offers them, in this order."""

from petitions.admin import doing
from petitions.admin.doings import (
    clocks,
    closing,
    disclosure,
    handling,
    opinion,
    referring,
    review,
    screening,
    supervision,
)

for part in (screening, referring, handling, clocks, opinion, review, supervision, closing, disclosure):
    doing.add(*part.DOINGS)
