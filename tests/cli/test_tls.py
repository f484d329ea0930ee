"""https by `lantian init` and `lantian serve`: an authority of our own, a given certificate, one that is over."""

from __future__ import annotations

import datetime as dt
import os
import socket
import ssl
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lantian.cli import checks, checks_tls, tls, to_https, windows
from lantian.cli.faults import Stop
from lantian.cli.serve import web_command
from lantian.site import environment

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def given(directory: Path, *, days: int = 30, name: str = "air.example.cn") -> tuple[Path, Path]:
    """A certificate by nobody we know, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=400))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    directory.mkdir(exist_ok=True)
    certificate, secret = directory / "given.crt", directory / "given.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.TraditionalOpenSSL
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return certificate, secret


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def trusting(authority: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority))


@contextmanager
def served(secured: environment.Tls) -> Iterator[int]:
    """The server of Windows with a small application, in a thread."""

    def application(environ: dict[str, str], start: Callable[..., object]) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return [environ["wsgi.url_scheme"].encode()]

    server = windows.server(application, "127.0.0.1", 0, 2, str(secured.certificate), str(secured.key))
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server.bind_addr[1]
    finally:
        server.stop()
        thread.join(10)


def peer(port: int, context: ssl.SSLContext, host: str) -> dict[str, object]:
    with (
        socket.create_connection(("127.0.0.1", port)) as plain,
        context.wrap_socket(plain, server_hostname=host) as safe,
    ):
        return dict(safe.getpeercert() or {})


def test_a_phone_that_trusts_our_authority_gets_through_and_no_other(tmp_path: Path):
    secured = tls.make_own(tmp_path, ["lantian.lan", "192.168.7.10"], district="青河区")
    with served(secured) as port:
        for host in ("lantian.lan", "192.168.7.10", "127.0.0.1", "localhost"):
            assert peer(port, trusting(secured.authority), host)
        with pytest.raises(ssl.SSLCertVerificationError, match=r"mismatch|match"):
            peer(port, trusting(secured.authority), "other.lan")
        with pytest.raises(ssl.SSLCertVerificationError, match=r"self-signed|issuer"):
            peer(port, ssl.create_default_context(), "lantian.lan")
        asked = HTTPSConnection("127.0.0.1", port, context=trusting(secured.authority), timeout=10)
        asked.request("GET", "/")
        assert asked.getresponse().read() == b"https"
        asked.close()


def test_keys_are_read_by_their_owner_alone(tmp_path: Path):
    secured = tls.make_own(tmp_path, ["lantian.lan"], district="青河区")
    for key in ("server.key", "ca.key", "tls.json"):
        assert stat.S_IMODE((secured.directory / key).stat().st_mode) == 0o600
    assert stat.S_IMODE(secured.directory.stat().st_mode) == 0o700
    secured.key.chmod(0o644)
    assert checks_tls.certificate(secured).remedy == f"chmod 600 {secured.key}"


def test_renewal_and_a_further_private_address_keep_the_authority_that_phones_trust(tmp_path: Path):
    first = tls.make_own(tmp_path, ["lantian.lan"], district="青河区")
    before, serial = first.fingerprint, tls.read(first.certificate).serial_number
    assert tls.renew(tmp_path).names == first.names
    assert tls.read(first.certificate).serial_number != serial
    assert tls.make_own(tmp_path, ["lantian.lan", "10.2.3.4"], district="").fingerprint == before
    # Its key could not pass for the sites of others: for a new public name there is a new authority.
    assert tls.make_own(tmp_path, ["air.example.cn"], district="青河区").fingerprint != before


def test_a_given_certificate_is_used(tmp_path: Path):
    secured = tls.take_given(tmp_path, *given(tmp_path / "from"))
    assert (secured.names, secured.own, secured.authority) == (("air.example.cn",), False, None)
    with served(secured) as port:
        assert peer(port, trusting(secured.certificate), "air.example.cn")


def test_a_given_certificate_that_cannot_serve_is_refused_and_the_old_one_stays(tmp_path: Path):
    there = tls.make_own(tmp_path, ["lantian.lan"], district="青河区")
    certificate, key = given(tmp_path / "a")
    _other, strange = given(tmp_path / "b")
    for files, said in (
        ((certificate, strange), "私钥不是"),
        (given(tmp_path / "c", days=-1), "过期"),
        ((key, certificate), "无法读取"),
    ):
        with pytest.raises(Stop, match=said):
            tls.take_given(tmp_path, *files)
    assert environment.tls(tmp_path) == there
    assert checks_tls.certificate(there).state == "ok"


def test_an_expired_certificate_is_told_with_the_command_that_helps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LANTIAN_VAR", str(tmp_path))
    assert checks.secured().state == "warn"  # plain http is told as well
    secured = tls.take_given(tmp_path, *given(tmp_path / "from"))
    old, key = given(tmp_path / "old", days=-3)
    secured.certificate.write_bytes(old.read_bytes())
    secured.key.write_bytes(key.read_bytes())
    told = checks.secured()
    assert told.state == "fault"
    assert "过期" in told.message
    assert "lantian init --certificate" in told.remedy


def test_a_certificate_that_ends_soon_is_told(tmp_path: Path):
    assert checks_tls.certificate(tls.take_given(tmp_path, *given(tmp_path / "from", days=20))).state == "warn"


def test_addresses_that_are_none_are_refused(tmp_path: Path):
    for wrong in ("https://lantian.lan", "lantian.lan:8443", "蓝天", "a..b", ""):
        with pytest.raises(Stop, match="不是域名"):
            tls.make_own(tmp_path, [wrong], district="青河区")


def test_init_takes_one_way_at_a_time(lantian: Callable[..., int], tmp_path: Path):
    certificate, key = given(tmp_path / "from")
    assert lantian("init", "--certificate", certificate) == 2
    assert lantian("init", "--address", "lantian.lan", "--certificate", certificate, "--key", key) == 2


def test_http_is_sent_on_under_our_own_names_alone(tmp_path: Path):
    secured = tls.make_own(tmp_path, ["lantian.lan"], district="青河区")
    server = to_https.Server("127.0.0.1", 0, 8443, secured)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        for host, path, there in (
            ("lantian.lan", "/orders/7?a=1", "https://lantian.lan:8443/orders/7?a=1"),
            ("127.0.0.1:8000", "/", "https://127.0.0.1:8443/"),
            ("evil.example", "//evil.example/x", "https://lantian.lan:8443/evil.example/x"),
        ):
            assert _asked(server.server_port, path, host).location == there
        assert _asked(server.server_port, "/ca.crt", "lantian.lan").body.startswith(b"-----BEGIN CERTIFICATE")
    finally:
        server.shutdown()
        server.server_close()


def _asked(port: int, path: str, host: str) -> SimpleNamespace:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse()
    told = SimpleNamespace(status=answer.status, location=answer.getheader("Location"), body=answer.read())
    connection.close()
    return told


def test_init_says_what_phones_need_and_the_platform_keeps_its_cookies_to_https(ready: Run, tmp_path: Path):
    done = ready("init", "--address", "lantian.lan")
    assert done.returncode == 0, done.stderr
    secured = environment.tls(tmp_path / "var")
    assert secured is not None
    assert secured.fingerprint in done.stdout
    asked = (
        "from lantian.site import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.ALLOWED_HOSTS)"
    )
    environ = os.environ | {"LANTIAN_VAR": str(tmp_path / "var")}
    shown = subprocess.run(
        [sys.executable, "-c", asked], env=environ, capture_output=True, text=True, check=True
    ).stdout
    assert shown.startswith("True True")
    assert "lantian.lan" in shown


def test_the_web_server_of_serve_speaks_https_alone(tmp_path: Path):
    secured = tls.make_own(tmp_path, ["lantian.lan"], district="青河区")
    small = "def app(environ, start):\n start('200 OK', [])\n return [environ['wsgi.url_scheme'].encode()]\n"
    (tmp_path / "small.py").write_text(small)
    port = free_port()
    command = [*web_command("127.0.0.1", port, 1, secured)[:-1], "small:app"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as running:
        try:
            assert _waited_for(port, trusting(secured.authority)) == b"https"
            with pytest.raises(OSError):  # noqa: PT011 - torn down in whatever way
                _asked(port, "/", "lantian.lan")
        finally:
            running.terminate()


def _waited_for(port: int, context: ssl.SSLContext) -> bytes:
    for _ in range(150):
        try:
            asked = HTTPSConnection("127.0.0.1", port, context=context, timeout=10)
            asked.request("GET", "/")
            return asked.getresponse().read()
        except OSError:
            time.sleep(0.1)
    raise AssertionError("no answer")
