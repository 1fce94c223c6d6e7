"""What time alone brings about of cases: the room above's part of `reception.actions.sweeps`."""

from petitions.actions import briefings, closing, exports, indexing, results, retention
from reception.actions.sweeps import Work, within

# So many open texts of a month are read through by each search; then the month's lists are made anew.
OPEN_TEXTS = 200

DUE: list[Work] = [briefings.tell_due, within(closing.propose_due), within(results.publish_due)]
WAITED_FOR: list[Work] = [exports.settle]
PUT_AWAY: list[Work] = [within(lambda **_: indexing.index(most=OPEN_TEXTS))]
AT_NIGHT: list[Work] = [within(lambda **_: indexing.index()), retention.run]
