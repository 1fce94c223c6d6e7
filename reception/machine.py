"""How the machine stands: what is looked at, what was found, whether it is well, and what to do where it is not."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from reception import pulse, vault
from reception.replica import GONE, REPLICA

# Less than this is left: soon nothing more can be written.
LEAST_FREE, LEAST_SHARE = 5 * 2**30, 0.1
# Of all connections so many may be taken.
MOST_TAKEN = 0.8
# A replica that is further behind, in bytes of the log, does not follow.
MOST_BEHIND = 64 * 2**20
# A segment of the log leaves the machine within a minute; after so long nobody fetches them.
FETCHED_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Part:
    """One part of the machine: what was found of it, whether that is well, and what to do where it is not."""

    what: str
    found: str
    is_well: bool = True
    do: str = ""


def parts(at: datetime) -> Iterator[Part]:
    """Every part, in the order in which one would look. `at` is the database's moment. No part names a citizen."""
    looks: tuple[Callable[[datetime], Part | None], ...] = (
        _schema,
        _connections,
        _size,
        _replica,
        _broker,
        _messages,
        _disks,
        _log,
        _keys,
    )
    yield from (part for look in looks if (part := look(at)))


def missing_migrations() -> int:
    """How many migrations of this code the database has not. Raises Django's `DatabaseError`."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def broker_answers() -> bool:
    """Whether the broker answers within a second."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def _schema(_at: datetime) -> Part:
    missing = missing_migrations()
    found = _("与程序一致") if not missing else _("还差 %(count)d 步") % {"count": missing}
    return Part(_("数据库结构"), found, not missing, _("运行 manage.py migrate --database owner。"))


def _connections(_at: datetime) -> Part:
    taken, most = _asked(
        "SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'), current_setting('max_connections')::int"
    )
    found = _("%(taken)d 个，最多 %(most)d 个") % {"taken": taken, "most": most}
    return Part(_("数据库连接"), found, taken < MOST_TAKEN * most, _("减少网站进程，或在前面加连接池（部署说明“不止一台机器”）。"))


def _size(_at: datetime) -> Part:
    (size, version) = _asked("SELECT pg_database_size(current_database()), current_setting('server_version')")
    return Part(_("数据库大小"), f"{filesizeformat(size)} · PostgreSQL {version}")


def _replica(_at: datetime) -> Part | None:
    """How many bytes of the log the replica is behind; none is behind a database that it is not a replica of."""
    if REPLICA not in settings.DATABASES:
        return None
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute("SELECT pg_last_wal_replay_lsn()")
            (reached,) = cursor.fetchone()
    except GONE:
        connections[REPLICA].close()
        return Part(_("公开页面的从库"), _("没有应答"), False, _("启动从库。公开页面照常，直接从主库读取。"))
    if reached is None:
        return Part(_("公开页面的从库"), _("不是从库"), False, _("核对 REPLICA_DATABASE_URL：它指向的数据库没有在跟随任何主库。"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), %s)", [reached])
        (behind,) = cursor.fetchone()
    found = _("落后 %(size)s") % {"size": filesizeformat(max(behind, 0))}
    return Part(_("公开页面的从库"), found, behind <= MOST_BEHIND, _("检查主库到从库的复制。公开页面照常，直接从主库读取。"))


def _broker(_at: datetime) -> Part:
    well = broker_answers()
    found = _("有应答") if well else _("没有应答")
    return Part(_("唤醒与登录计数（Valkey）"), found, well, _("启动 Valkey。公开页面照常，登录不行，消息最多晚半分钟。"))


def _messages(at: datetime) -> Part:
    health = pulse.of_all(at=at)
    found = _("到期未发 %(count)d 条，最早的等了 %(oldest)d 秒") % {
        "count": health.waiting,
        "oldest": health.oldest.total_seconds(),
    }
    if health.silent == timedelta.max:
        found += _("；还没有人发送过")
    else:
        found += _("；上次发送在 %(silent)d 秒前") % {"silent": health.silent.total_seconds()}
    return Part(
        _("消息"), found, health.is_well, _("检查 worker 和 beat，或 manage.py run_messages 是否在运行；暂停了的，由信访局放行。")
    )


def _disks(_at: datetime) -> Part:
    folders = {Path(one).resolve() for one in (settings.UPLOADS_DIR, settings.SNAPSHOT_DIR, settings.WAL_SPOOL_DIR) if one}
    usages = [shutil.disk_usage(folder) for folder in folders if folder.exists()] or [shutil.disk_usage("/")]
    least = min(usages, key=lambda usage: usage.free)
    well = least.free >= LEAST_FREE and least.free >= LEAST_SHARE * least.total
    found = _("还剩 %(free)s，共 %(total)s") % {"free": filesizeformat(least.free), "total": filesizeformat(least.total)}
    return Part(_("磁盘"), found, well, _("清理或扩大磁盘：满了以后什么也存不进去。"))


def _log(at: datetime) -> Part | None:
    """What PostgreSQL has put aside for the backup and nobody has fetched."""
    if settings.WAL_SPOOL_DIR is None:
        return None
    waiting = sorted(entry.stat().st_mtime for entry in settings.WAL_SPOOL_DIR.glob("[0-9A-F]*"))
    oldest = at - datetime.fromtimestamp(waiting[0], UTC) if waiting else timedelta(0)
    found = _("等待取走 %(count)d 段，最早的等了 %(minutes)d 分钟") % {
        "count": len(waiting),
        "minutes": oldest.total_seconds() // 60,
    }
    return Part(_("备份用的日志段"), found, oldest <= FETCHED_WITHIN, _("检查每分钟的 manage.py backup DIR --wal 是否在运行。"))


def _keys(_at: datetime) -> Part:
    try:
        ring = vault.load(Path(settings.KEYS_FILE))
    except vault.NoKeys:
        return Part(
            _("个人信息的密钥"), _("读不到密钥文件"), False, _("恢复密钥文件（KEYS_FILE）：没有它，登记的个人信息都打不开。")
        )
    found = _("当前 %(name)s，共 %(count)d 把") % {"name": ring.current, "count": len(ring.masters)}
    return Part(_("个人信息的密钥"), found)


def _asked(sql: str) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found: tuple[int, int] = cursor.fetchone()
    return found
