"""The same office, clock and browsers as reception's tests."""

from tests.reception.conftest import clock, office, sign_in, standing

__all__ = ["clock", "office", "sign_in", "standing"]
