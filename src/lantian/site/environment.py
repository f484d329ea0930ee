"""Reads the site's settings from the environment and refuses, in words, what it cannot use.

Every name starts with LANTIAN_. Nothing here needs Django, so that the command line can report on a wrong value.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shlex
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class BadSetting(ValueError):
    """A setting that cannot be used; says its name, what was found and what would do."""


def var_directory(environ: Mapping[str, str] = os.environ) -> Path:
    """The directory of database, uploads and secret key (LANTIAN_VAR, default `var/` of the working directory)."""
    directory = Path(environ.get("LANTIAN_VAR") or "var").resolve()
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(
            f"LANTIAN_VAR: 无法建立目录 {directory}（{error.strerror}），请换一个可写的目录。"
            f" Cannot make this directory; name one that can be written."
        ) from error
    return directory


def secret_key(var: Path, environ: Mapping[str, str] = os.environ) -> str:
    """LANTIAN_SECRET_KEY, else the key kept in `var/secret-key` (made once, readable by its owner only)."""
    if key := environ.get("LANTIAN_SECRET_KEY"):
        if len(key) < 32:
            raise BadSetting("LANTIAN_SECRET_KEY: 至少 32 个字符。 At least 32 characters are needed.")
        return key
    file = var / "secret-key"
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as out:
        key = secrets.token_urlsafe(48)
        out.write(key)
    return key


@dataclass(frozen=True)
class Tls:
    """Certificate and key that `lantian init` laid down for the platform's own web server."""

    directory: Path
    names: tuple[str, ...]
    own: bool

    @property
    def certificate(self) -> Path:
        """The certificate with its chain."""
        return self.directory / "server.crt"

    @property
    def key(self) -> Path:
        """Its private key."""
        return self.directory / "server.key"

    @property
    def authority(self) -> Path | None:
        """The certificate of our own authority, which phones must trust; None where the certificate was given."""
        return self.directory / "ca.crt" if self.own else None

    @property
    def fingerprint(self) -> str:
        """SHA-256 of our authority's certificate, as phones show it; '' where there is none."""
        if self.authority is None:
            return ""
        content = ssl.PEM_cert_to_DER_cert(self.authority.read_text(encoding="ascii"))
        return hashlib.sha256(content).digest().hex(":").upper()

    @property
    def hosts(self) -> list[str]:
        """The names as they stand in addresses; a certificate for `*.example.cn` is one for `.example.cn`."""
        return [f"[{one}]" if ":" in one else one.removeprefix("*") for one in self.names]


def tls(var: Path) -> Tls | None:
    """What `lantian init` laid down for https; None where the platform serves http."""
    file = var / "tls" / "tls.json"
    if not file.exists():
        return None
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        return Tls(file.parent, tuple(said["names"]), bool(said["own"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadSetting(
            f"{file}: 无法读取，请重新运行 lantian init --address（或 --certificate）。"
            " Cannot be read: run lantian init --address (or --certificate) again."
        ) from error


def flag(name: str, default: bool, environ: Mapping[str, str] = os.environ) -> bool:
    """A yes/no setting: 1/0, true/false, yes/no, on/off."""
    value = environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(f"{name}: “{value}”无法识别，请填 1 或 0。 Use 1 or 0.")


def one_of(name: str, choices: Sequence[str], environ: Mapping[str, str] = os.environ) -> str:
    """A setting that is one of some words; the first when it is not set."""
    value = environ.get(name, "").strip().lower() or choices[0]
    if value not in choices:
        raise BadSetting(f"{name}: 请填 {' 或 '.join(choices)}。 Use {' or '.join(choices)}.")
    return value


def number_or_off(name: str, default: int, environ: Mapping[str, str] = os.environ) -> int:
    """A setting that is a whole number, 0 for off."""
    return 0 if environ.get(name, "").strip() == "0" else whole_number(name, default, environ)


def whole_number(name: str, default: int, environ: Mapping[str, str] = os.environ) -> int:
    """A setting that is a whole number above zero."""
    value = environ.get(name, "").strip()
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise BadSetting(f"{name}: “{value}”不是大于零的整数。 A whole number above zero is needed.")
    return int(value)


def command(name: str, holder: str, environ: Mapping[str, str] = os.environ) -> list[str]:
    """A command line, as its parts; `holder` must stand in it. No shell ever sees it. Empty when not set."""
    value = environ.get(name, "").strip()
    if not value:
        return []
    try:
        parts = shlex.split(value)
    except ValueError as error:
        raise BadSetting(f"{name}: 引号不成对：{value}。 Quotes do not match.") from error
    if not any(holder in part for part in parts[1:]):
        raise BadSetting(f"{name}: 命令中缺少 {holder}。 The command must hold {holder}.")
    return parts


def words(name: str, default: str = "", environ: Mapping[str, str] = os.environ) -> list[str]:
    """A comma-separated setting."""
    return [word.strip() for word in environ.get(name, default).split(",") if word.strip()]


SQLITE_OPTIONS: dict[str, Any] = {
    # A writer takes its lock at the start of the transaction, so that two of them queue instead of failing half-way.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}

# Compiling a query takes PostgreSQL a quarter of a second, for pages that may take 150 ms.
POSTGRES_OPTIONS = {"options": "-c jit=off"}


def database(var: Path, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Django's DATABASES entry from LANTIAN_DATABASE.

    `sqlite:///relative.db`, `sqlite:////absolute.db` or `postgresql://user:password@host:port/name?option=value`;
    default: `lantian.sqlite3` in the var directory.
    """
    address = environ.get("LANTIAN_DATABASE", "")
    if not address:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": var / "lantian.sqlite3", "OPTIONS": SQLITE_OPTIONS}
    parts = urlsplit(address)
    if parts.scheme == "sqlite" and parts.path.strip("/") and not parts.netloc:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(unquote(parts.path[1:])).resolve(),
            "OPTIONS": SQLITE_OPTIONS,
        }
    if parts.scheme in {"postgresql", "postgres"} and parts.path.strip("/"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "OPTIONS": POSTGRES_OPTIONS | dict(parse_qsl(parts.query)),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise BadSetting(
        "LANTIAN_DATABASE: 请写成 sqlite:///路径 或 postgresql://用户:口令@主机:端口/库名。"
        " Write sqlite:///path or postgresql://user:password@host:port/name."
    )
