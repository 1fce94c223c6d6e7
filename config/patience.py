"""How long is waited for the database and for Valkey: for an answer, for a lock, and on a line that has gone silent.

A line that is cut tells neither end. Whoever waits for an answer waits for ever, unless the kernel asks now and then whether anybody is
there; and what the other end had locked stays locked, unless the server asks too. So both ask.
"""

import socket
from typing import Any

# Nobody is asked on a silent line before IDLE seconds, then every EVERY seconds, and COUNT times without an answer are enough; what was
# sent and nobody has confirmed is given up after UNCONFIRMED seconds. So a request on a cut line has its answer (503) well before a
# visitor gives up, and once the line is back the next one gets through.
IDLE, EVERY, COUNT, UNCONFIRMED = 5, 2, 3, 5
CONNECTING = 5

# As libpq wants it. Through a socket of the file system there is no such line, and libpq leaves these out by itself.
DATABASE: dict[str, Any] = {
    "connect_timeout": CONNECTING,
    "keepalives": 1,
    "keepalives_idle": IDLE,
    "keepalives_interval": EVERY,
    "keepalives_count": COUNT,
    "tcp_user_timeout": UNCONFIRMED * 1000,
}

# What the server is asked for when connecting, in milliseconds where no unit is said: to wait so long for a statement and for what
# somebody else has locked, to hang up on whoever began something and says no more, and to notice that nobody is there any more, also
# while it works. Through PgBouncer it can't be asked: `config/roles.sql` says the same for the role.
SESSION = {
    "statement_timeout": "30000",
    "lock_timeout": "10000",
    "idle_in_transaction_session_timeout": "60000",
    "tcp_keepalives_idle": str(IDLE),
    "tcp_keepalives_interval": str(EVERY),
    "tcp_keepalives_count": str(COUNT),
    "tcp_user_timeout": str(UNCONFIRMED * 1000),
    "client_connection_check_interval": "2000",
}

# Seconds for an answer, and for a connection.
VALKEY_ANSWER, VALKEY_CONNECTING = 3, 2


def session(**other: str) -> str:
    """The options of a connection, as the server wants them; `other` says some of them otherwise."""
    return " ".join(f"-c {name}={value}" for name, value in {**SESSION, **other}.items())


def valkey(address: str) -> dict[str, Any]:
    """What a client of Valkey at this address is told. A socket of the file system has no line to watch."""
    found: dict[str, Any] = {"socket_timeout": VALKEY_ANSWER, "socket_connect_timeout": VALKEY_CONNECTING}
    if address.startswith(("redis://", "rediss://")):
        found |= {"socket_keepalive": True, "socket_keepalive_options": _keepalive()}
    return found


def _keepalive() -> dict[int, int]:
    wanted = {
        "TCP_KEEPIDLE": IDLE,
        "TCP_KEEPINTVL": EVERY,
        "TCP_KEEPCNT": COUNT,
        "TCP_USER_TIMEOUT": UNCONFIRMED * 1000,
    }
    # Not every system has all of them.
    return {number: value for name, value in wanted.items() if (number := getattr(socket, name, None)) is not None}
