"""Who may not is refused in words, and the log says who tried what, by the account's number."""

import pytest
from structlog.testing import capture_logs

from reception import scope
from reception.actions.permissions import require
from reception.errors import Forbidden
from tests.reception.builders import NOW


def test_an_attempt_without_the_right_is_logged_and_one_with_it_is_not(office):
    with scope.county(office.county), capture_logs() as written:
        require("roster.publish", county=office.county, by=office.chief, at=NOW)
        with pytest.raises(Forbidden):
            require("roster.publish", county=office.county, by=office.clerk, at=NOW)
    assert written == [
        {
            "event": "forbidden",
            "permission": "roster.publish",
            "county": "chenghe",
            "account": office.clerk.pk,
            "log_level": "warning",
        }
    ]
