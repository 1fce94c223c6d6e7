"""Whoever the portal speaks to over TLS shows a certificate that this machine trusts, or is told nothing."""

import ipaddress
import smtplib
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.mail import get_connection

from reception import gateways, lines, ways


@pytest.fixture
def impostor(tmp_path):
    """A server for one caller, with a certificate it made itself; gives its port and what it was told."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )
    file = tmp_path / "both.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    told = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve():
            caller, _address = door.accept()
            with caller:
                try:
                    with context.wrap_socket(caller, server_side=True) as line:
                        # What a mail server says first; a gateway's caller speaks first and does not mind.
                        line.sendall(b"220 here\r\n")
                        told.append(line.recv(1000))
                except (ssl.SSLError, OSError):
                    pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield door.getsockname()[1], told, file
        thread.join(5)


def test_a_gateway_that_nobody_vouches_for_is_told_nothing(impostor):
    port, told, _file = impostor
    gateway = gateways.JsonGateway(f"https://127.0.0.1:{port}/send", "user", "secret")
    with pytest.raises(ways.Down):
        gateway.ask(b"{}", {"Authorization": "Basic secret"})
    assert told == []


def test_one_that_this_machine_trusts_is_asked_so_the_other_can_fail(impostor, monkeypatch):
    port, told, file = impostor
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    gateway = gateways.JsonGateway(f"https://127.0.0.1:{port}/send", "user", "secret")
    with pytest.raises(gateways.CutShort):
        gateway.ask(b"{}", {"Authorization": "Basic secret"})
    # It is another thread that was told.
    deadline = time.monotonic() + 10
    while not told and time.monotonic() < deadline:
        time.sleep(0.01)
    assert told[0].startswith(b"POST /send ")


def opened(backend, port):
    line = get_connection(backend, host="127.0.0.1", port=port, use_ssl=True, username="user", password="secret")
    try:
        line.open()
    finally:
        getattr(line, "cutter", lines.Cutter()).forget()


@pytest.mark.parametrize("backend", ["django.core.mail.backends.smtp.EmailBackend", "reception.mail.Line"])
def test_a_mail_server_that_nobody_vouches_for_is_told_nothing(impostor, backend):
    port, told, _file = impostor
    with pytest.raises(ssl.SSLError):
        opened(backend, port)
    assert told == []


@pytest.mark.parametrize("backend", ["django.core.mail.backends.smtp.EmailBackend", "reception.mail.Line"])
def test_one_that_this_machine_trusts_is_greeted(impostor, backend, monkeypatch):
    port, told, file = impostor
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with pytest.raises(smtplib.SMTPServerDisconnected):
        opened(backend, port)
    assert told[0].lower().startswith(b"ehlo ")
