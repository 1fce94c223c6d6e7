"""How the machine stands: well where it is, and a sentence on what to do where it is not; for whoever keeps it running."""

import os
import shutil
from collections import namedtuple

import pytest

from reception import clock, machine
from reception.roles import Role
from tests.reception import builders

PAGE = "/admin/machine/"


def ill(settings, at=None):
    return {part.what: part.do for part in machine.parts(at or clock.now()) if not part.is_well}


@pytest.fixture
def roomy(monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(10**12, 10**11, 9 * 10**11))
    return usage


def test_whoever_keeps_it_running_sees_every_part(office, sign_in, roomy):
    person = builders.user("system-admin", office.county, Role.SYSTEM_ADMIN)
    page = sign_in(person).get(PAGE)
    words = page.content.decode()
    assert page.status_code == 200
    assert "唤醒与登录计数（Valkey）" in [part.what for part in page.context["parts"] if part.is_well]
    for what in ("数据库结构", "数据库连接", "数据库大小", "消息", "磁盘", "个人信息的密钥"):
        assert what in words


def test_a_clerk_has_nothing_to_do_with_it(office, sign_in):
    assert sign_in(office.clerk).get(PAGE).status_code == 403


def test_a_full_disk_a_silent_broker_and_a_lost_key_file_are_told_with_what_to_do(office, settings, monkeypatch, tmp_path, roomy):
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: roomy(10**12, 10**12 - 10**9, 10**9))
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.KEYS_FILE = str(tmp_path / "none")
    found = ill(settings)
    assert found["磁盘"].startswith("清理或扩大磁盘")
    assert found["唤醒与登录计数（Valkey）"].startswith("启动 Valkey")
    assert found["个人信息的密钥"].startswith("恢复密钥文件")


def test_segments_of_the_log_that_nobody_fetches_are_told_after_ten_minutes(office, settings, tmp_path, roomy):
    settings.WAL_SPOOL_DIR = tmp_path
    segment = tmp_path / ("0" * 24)
    segment.write_bytes(b"")
    os.utime(segment, (clock.now().timestamp(),) * 2)
    assert "备份用的日志段" not in ill(settings)
    assert "备份用的日志段" in ill(settings, clock.now() + machine.FETCHED_WITHIN * 2)


def test_nobody_who_sends_is_told(office, settings, roomy):
    assert ill(settings)["消息"].startswith("检查 worker 和 beat")
