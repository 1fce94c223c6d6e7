from petitions.models.cases import Case, CaseStep, Kind, WayIn
from petitions.models.clocks import Deadline, Stop
from petitions.models.minutes import Decision, Ground, Minutes, Task

__all__ = ["Case", "CaseStep", "Deadline", "Decision", "Ground", "Kind", "Minutes", "Stop", "Task", "WayIn"]
