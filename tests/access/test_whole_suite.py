"""What looks for the tests' citizens through the whole suite finds them where they are planted."""

import logging

import pytest
import structlog

from tests import canary
from tests.reception import bookers


@pytest.mark.parametrize("said", [bookers.CITIZEN.name, bookers.CITIZEN.phone, bookers.person(7).phone, bookers.person(12).name])
def test_each_shape_is_known(said):
    assert canary.found(f'{{"event": "{said}"}}') == {said[:3] if said.startswith("居民") else said}


@pytest.mark.parametrize("said", [r"\u5c45\u6c117", r"\\u5c45\\u6c11\\u4e59", "%E5%B1%85%E6%B0%91%E7%94%B2", "%E5%B1%85%E6%B0%913"])
def test_each_dress_is_known(said):
    assert canary.found(f"/{said}/") == {said}


@pytest.mark.planted
@pytest.mark.parametrize("log", [logging.getLogger("canary"), structlog.get_logger("canary")])
def test_a_line_of_the_log_is_found(log):
    with pytest.raises(AssertionError, match="the log"), canary.watched():
        log.warning("who came: 居民甲")


@pytest.mark.planted
@pytest.mark.parametrize("address", ["/?q=居民甲", "/%E5%B1%85%E6%B0%911/", "/?phone=13800000001"])
def test_an_address_is_found(db, client, address):
    with pytest.raises(AssertionError, match=r"an address|the log"), canary.watched():
        client.get(address)


def test_a_file_is_found_and_a_database_s_tables_are_not_looked_into(tmp_path):
    for name in ("left", "postgresql/PG_VERSION", "postgresql/log", "postgresql/base/1"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("居民1")
    seen = {str(path.relative_to(tmp_path)) for path, said in canary.beside(tmp_path) if canary.found(said)}
    for name in ("left", "postgresql/log", "postgresql/base/1"):
        (tmp_path / name).unlink()
    assert seen == {"left", "postgresql/log"}
