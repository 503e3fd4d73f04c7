"""Ports of this machine that behave badly, for what no simulated exchange can show."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from ticketbot.trackers.outcome import Reply
from ticketbot.trackers.transport import reply_of, sending

SECRET = "s3cr3t"
TIMEOUT = (0.5, 0.2)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

Behave = Callable[[socket.socket], None]


@contextmanager
def listening(
    *behave: Behave, tls: ssl.SSLContext | None = None
) -> Iterator[tuple[int, list[bytes]]]:
    """A port whose n-th connection meets the n-th behaviour; and every request that was read there."""
    seen: list[bytes] = []
    done = threading.Event()

    def serve() -> None:
        for each in behave:
            try:
                connection, _ = server.accept()
                with connection:
                    connection.settimeout(5)
                    raw = tls.wrap_socket(connection, server_side=True) if tls else connection
                    with raw:
                        seen.append(request(raw))
                        each(raw)
                        if each is hang:
                            done.wait(5)
            except OSError:
                continue  # the client is gone, or would not shake hands

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1], seen
        finally:
            done.set()
            server.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def request(connection: socket.socket) -> bytes:
    """A whole request: closing with a part of it unread would reset the connection."""
    data = connection.recv(65536)
    while data.startswith((b"POST", b"GET")) and not data.endswith((b"}", b"\r\n\r\n")):
        data += connection.recv(65536)
    if data.startswith(b"POST") and not data.endswith(b"}"):
        data += connection.recv(65536)
    return data


def answer(data: bytes) -> Behave:
    return lambda connection: connection.sendall(data)


def close(connection: socket.socket) -> None:
    """Nothing comes."""


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang(connection: socket.socket) -> None:
    """Nothing comes, and the connection stays; `listening` waits."""


def garble(connection: socket.socket) -> None:
    """A record that is no TLS, in the middle of a secure connection."""
    with socket.socket(fileno=connection.detach()) as plain:
        plain.sendall(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")


def post(url: str, session: requests.Session | None = None, token: str = SECRET) -> Reply:
    with session or requests.Session() as used, sending():
        headers = {"Authorization": f"Bearer {token}"}
        return reply_of(
            used.post(f"{url}/x?key={SECRET}", json={"a": 1}, headers=headers, timeout=TIMEOUT)
        )


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def through(port: int) -> requests.Session:
    session = requests.Session()
    session.proxies = {"http": f"http://127.0.0.1:{port}", "https": f"http://127.0.0.1:{port}"}
    return session


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """For 127.0.0.1, signed by itself; with its key, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1)
    ).add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    form = serialization.PrivateFormat.PKCS8
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    signed = builder.sign(key, hashes.SHA256()).public_bytes(pem)
    file.write_bytes(signed + key.private_bytes(pem, form, plain))
    return file


@pytest.fixture
def tls(certificate) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    """No certificates and no proxies from where the tests run."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def trusting(certificate, monkeypatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
