"""The platform's own certificate authority and server certificate, or a certificate that the office was given.

All lies in `tls/` of the data directory: `server.crt` (with its chain) and `server.key`, of an own authority `ca.crt`
and `ca.key` beside them, and `tls.json`, which says whose it is and for which names. Keys are read by their owner only.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lantian.cli.exits import Exit
from lantian.cli.faults import Stop
from lantian.site.environment import Tls, tls

AUTHORITY_DAYS = 3650
CERTIFICATE_DAYS = 800  # iOS takes no longer ones, of an authority that was added by hand, than 825 days
ALWAYS = ("localhost", "127.0.0.1")
# What an own authority may vouch for beside the names it was made for: whoever stole its key could not pass for the
# sites of others on the phones that trust it.
PRIVATE = [ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7")]
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


def make_own(var: Path, addresses: Sequence[str], *, district: str) -> Tls:
    """A server certificate for these names and addresses. An authority that is there goes on, so that phones which
    trust it need nothing new; one is made where there is none, or where it may not vouch for a name.
    """
    names = [*dict.fromkeys([*(one.strip().lower() for one in addresses), *ALWAYS])]
    parsed = [_general_name(one) for one in names]
    place = _place(var)
    authority = _authority(place)
    if authority is None or not all(_may_vouch(authority[0], one) for one in parsed):
        authority = _new_authority(place, parsed, district)
    certificate, key = authority
    _issue(place, parsed, certificate, key)
    _write(place / "tls.json", json.dumps({"own": True, "names": names}, ensure_ascii=False).encode())
    return _made(var)


def renew(var: Path) -> Tls:
    """A new server certificate by the same authority, for the same names."""
    there = tls(var)
    if there is None or not there.own:
        raise Stop(
            Exit.USAGE,
            "没有自建的证书可以续期：自建请用 --address，外来证书请用 --certificate 和 --key 换上新的。",
            "There is no certificate of our own to renew: use --address, or --certificate with --key.",
        )
    return make_own(var, there.names, district="")


def take_given(var: Path, certificate: Path, key: Path) -> Tls:
    """Use a certificate that the office was given; copied, so that it stays when the originals are moved.

    Raises
    ------
    Stop : they cannot be read, do not belong together, have no name or are over; nothing is changed then
    """
    chain, secret = certificate.read_bytes(), key.read_bytes()
    try:
        first = x509.load_pem_x509_certificates(chain)[0]
        private = load_pem_private_key(secret, password=None)
    except (ValueError, TypeError, IndexError) as error:
        raise Stop(
            Exit.UNREADABLE,
            "证书或私钥无法读取：须是 PEM 文本，私钥不带口令。",
            "Certificate or key cannot be read: PEM is needed, the key without a password.",
        ) from error
    if _spki(first.public_key()) != _spki(private.public_key()):
        raise Stop(Exit.UNREADABLE, "私钥不是这张证书的。", "The key is not that of the certificate.")
    if first.not_valid_after_utc <= datetime.now(UTC):
        raise Stop(Exit.UNREADABLE, f"证书已于 {day(first)} 过期。", f"The certificate ended on {day(first)}.")
    names = names_of(first)
    if not names:
        raise Stop(Exit.UNREADABLE, "证书里没有域名或地址（SAN）。", "The certificate names no host (SAN).")
    place = _place(var)
    for left in ("ca.crt", "ca.key"):
        (place / left).unlink(missing_ok=True)
    _write(place / "server.key", secret)
    _write(place / "server.crt", chain, mode=0o644)
    _write(place / "tls.json", json.dumps({"own": False, "names": names}, ensure_ascii=False).encode())
    return _made(var)


def read(file: Path) -> x509.Certificate:
    """The first certificate of a file."""
    return x509.load_pem_x509_certificates(file.read_bytes())[0]


def belongs(certificate: x509.Certificate, key: Path) -> bool:
    """Whether the key is that of the certificate."""
    return _spki(load_pem_private_key(key.read_bytes(), password=None).public_key()) == _spki(certificate.public_key())


def day(certificate: x509.Certificate) -> str:
    """The last day of a certificate, for the reader."""
    return f"{certificate.not_valid_after_utc.astimezone():%Y-%m-%d}"


def names_of(certificate: x509.Certificate) -> list[str]:
    """Hosts and addresses that a certificate is for."""
    try:
        said = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [*said.get_values_for_type(x509.DNSName), *(str(one) for one in said.get_values_for_type(x509.IPAddress))]


def _made(var: Path) -> Tls:
    found = tls(var)
    assert found is not None
    return found


def _place(var: Path) -> Path:
    place = var / "tls"
    place.mkdir(mode=0o700, exist_ok=True)
    return place


def _authority(place: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None:
    """The authority that is there, as long as it outlives what it would issue now."""
    if not (place / "ca.key").exists():
        return None
    certificate = read(place / "ca.crt")
    key = load_pem_private_key((place / "ca.key").read_bytes(), password=None)
    lives = certificate.not_valid_after_utc - datetime.now(UTC) > timedelta(days=CERTIFICATE_DAYS)
    return (certificate, key) if lives and isinstance(key, ec.EllipticCurvePrivateKey) else None


def _new_authority(
    place: Path, names: Sequence[x509.GeneralName], district: str
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    title = f"蓝天平台 {district} {now:%Y-%m-%d}"[:64]
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title)])
    own: list[x509.GeneralName] = [one for one in names if isinstance(one, x509.DNSName)]
    own += [x509.IPAddress(ip_network(one.value)) for one in names if isinstance(one, x509.IPAddress)]
    allowed = [*own, *(x509.IPAddress(one) for one in PRIVATE)]
    certificate = (
        _builder(name, name, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=allowed, excluded_subtrees=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(place / "ca.key", _pem(key))
    _write(place / "ca.crt", certificate.public_bytes(Encoding.PEM), mode=0o644)
    return certificate, key


def _issue(
    place: Path, names: Sequence[x509.GeneralName], authority: x509.Certificate, by: ec.EllipticCurvePrivateKey
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(names[0].value)[:64])])
    certificate = (
        _builder(subject, authority.subject, key.public_key(), datetime.now(UTC), CERTIFICATE_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(by, hashes.SHA256())
    )
    _write(place / "server.key", _pem(key))
    chain = certificate.public_bytes(Encoding.PEM) + authority.public_bytes(Encoding.PEM)
    _write(place / "server.crt", chain, mode=0o644)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # the clock of a phone may be behind
        .not_valid_after(now + timedelta(days=days))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    """A host name or an address, as certificates hold it."""
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        pass
    if not HOST.fullmatch(name):
        raise Stop(
            Exit.USAGE,
            f"“{name}”不是域名也不是 IP 地址：请写成 lantian.example.cn 或 192.168.1.10，不带 https:// 和端口。",
            f"{name!r} is no host name or address: write air.example.cn or 192.168.1.10, without https:// and port.",
        )
    return x509.DNSName(name)


def _may_vouch(authority: x509.Certificate, name: x509.GeneralName) -> bool:
    allowed = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or ()
    if isinstance(name, x509.IPAddress):
        asked = ip_address(str(name.value))
        return any(isinstance(one, x509.IPAddress) and asked in ip_network(str(one.value)) for one in allowed)
    ends = [f".{one.value}" for one in allowed if isinstance(one, x509.DNSName)]
    return any(f".{name.value}".endswith(end) for end in ends)


def _spki(key: object) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined, no-any-return]


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(file: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write a whole file or nothing of it; nobody else can read a key even while it is written."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        out.write(content)
    os.replace(fresh, file)
