"""Channels of this installation, as data: the TOML file that LANTIAN_CHANNELS names.

    site_url = "http://lantian.example:8000"        # links in messages lead here

    [defaults]                                      # kinds of notices (with *) to channels; people may choose otherwise
    "*" = ["mail"]
    "plans.*" = ["mail", "office-group"]

    [[channel]]
    name = "mail"
    type = "email"
    title = "电子邮件"
    host = "smtp.example"
    sender = "lantian@smtp.example"
    user = "lantian"
    password = "${LANTIAN_SMTP_PASSWORD}"           # secrets come from environment variables

`docs/reference/channels.md` lists what every type takes.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from lantian.site.environment import BadSetting

SETTING = "LANTIAN_CHANNELS"
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
WEB_ADDRESS = r"^https?://[^\s/?#]+\S*$"
RETRY_MINUTES = (1, 5, 15, 60, 240)


class Channel(BaseModel):
    """What every channel says about itself.

    Attributes
    ----------
    digest_minutes : how long notices of one kind to one receiver are gathered into one message; urgent kinds wait not
    retry_minutes : pauses between tries; after the last the message is given up and shown to the administrator
    idempotent : the receiver takes a message that carries a known key once. Only then is one whose fate is not known
        sent again by itself
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    # Reaches people one by one at `address_of`; else the robot of a group.
    personal: ClassVar[bool]
    idempotent: bool = False

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,49}$")
    title: str = ""
    digest_minutes: int = Field(default=5, ge=0, le=1440)
    timeout_s: float = Field(default=15, gt=0, le=60)
    retry_minutes: tuple[Annotated[int, Field(ge=1, le=10_080)], ...] = RETRY_MINUTES

    @property
    def label(self) -> str:
        """The channel's name for the reader."""
        return self.title or self.name


class Email(Channel):
    """E-mail through the office's own mail server."""

    personal: ClassVar[bool] = True
    type: Literal["email"]
    idempotent: Literal[False] = False
    host: str
    port: int = Field(default=465, ge=1, le=65_535)
    security: Literal["ssl", "starttls", "none"] = "ssl"
    user: str = ""
    password: str = ""
    sender: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")


class DingTalk(Channel):
    """The robot of a DingTalk group (钉钉自定义机器人). `secret` where the robot asks for a signature (加签)."""

    personal: ClassVar[bool] = False
    type: Literal["dingtalk"]
    idempotent: Literal[False] = False
    url: str = Field(pattern=WEB_ADDRESS)
    secret: str = ""
    mention: bool = False


class WeCom(Channel):
    """The robot of a WeCom group (企业微信群机器人)."""

    personal: ClassVar[bool] = False
    type: Literal["wecom"]
    idempotent: Literal[False] = False
    url: str = Field(pattern=WEB_ADDRESS)
    mention: bool = False


class Webhook(Channel):
    """Any program of the district: JSON by POST, with the message's key in the header Idempotency-Key.

    With a `secret` the header X-Lantian-Signature carries the HMAC-SHA256 of the body.
    """

    personal: ClassVar[bool] = False
    type: Literal["webhook"]
    url: str = Field(pattern=WEB_ADDRESS)
    headers: dict[str, str] = Field(default_factory=dict)
    secret: str = ""

    @field_validator("headers")
    @classmethod
    def _sound(cls, headers: dict[str, str]) -> dict[str, str]:
        return _sound_headers(headers)


class Sms(Channel):
    """Text messages over the HTTP interface of whatever provider: a template of its request.

    `{phone}`, `{text}` and `{key}` in url, headers and body are filled in, escaped as `encoding` says. Providers often
    answer 200 to what they refuse: `success` is a pattern that the answer must hold then.
    """

    personal: ClassVar[bool] = True
    type: Literal["sms"]
    url: str = Field(pattern=WEB_ADDRESS)
    method: Literal["POST", "GET", "PUT"] = "POST"
    headers: dict[str, str] = Field(default_factory=dict)
    body: str = ""
    encoding: Literal["json", "form"] = "json"
    success: str = ""
    max_chars: int = Field(default=300, ge=20, le=2000)

    @field_validator("headers")
    @classmethod
    def _sound(cls, headers: dict[str, str]) -> dict[str, str]:
        return _sound_headers(headers)

    @field_validator("success")
    @classmethod
    def _pattern(cls, success: str) -> str:
        try:
            re.compile(success)
        except re.error as error:
            raise ValueError(f"不是正则表达式 / no regular expression: {error}") from error
        return success

    @model_validator(mode="after")
    def _complete(self) -> Sms:
        template = "".join([self.url, self.body, *self.headers.values()])
        for place in ("{phone}", "{text}"):
            if place not in template:
                raise ValueError(f"url、headers、body 中缺少 {place} / {place} stands nowhere in url, headers, body")
        if self.idempotent and "{key}" not in template:
            raise ValueError("idempotent = true 需要在请求中写入 {key} / idempotent = true needs {key} in the request")
        return self


AnyChannel = Annotated[Email | DingTalk | WeCom | Webhook | Sms, Field(discriminator="type")]


class Channels(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    site_url: str = Field(default="", pattern=r"^$|" + WEB_ADDRESS)
    send_during_replay: bool = False  # a drill rings nobody's telephone
    defaults: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    channel: tuple[AnyChannel, ...] = ()

    @model_validator(mode="after")
    def _names(self) -> Channels:
        names = [channel.name for channel in self.channel]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"通知方式重名 / channels named twice: {', '.join(sorted(twice))}")
        unknown = {name for wanted in self.defaults.values() for name in wanted} - set(names)
        if unknown:
            raise ValueError(
                f"defaults 中的通知方式没有定义 / defaults name no such channel: {', '.join(sorted(unknown))}"
            )
        return self

    def find(self, name: str) -> Channel | None:
        """A channel by name; None where the file no longer has it."""
        return next((channel for channel in self.channel if channel.name == name), None)

    def default_for(self, kind: str) -> frozenset[str]:
        """Channels for a kind of notice where a person has not chosen: those of the longest pattern that fits."""
        fitting = [pattern for pattern in self.defaults if fnmatchcase(kind, pattern)]
        return frozenset(self.defaults[max(fitting, key=len)]) if fitting else frozenset()


def channels() -> Channels:
    """The channels of this installation; none where LANTIAN_CHANNELS is not set.

    Raises
    ------
    BadSetting : the file cannot be read or is not well-formed; says where and what to do
    """
    if not settings.LANTIAN_CHANNELS:
        return Channels()
    path = Path(settings.LANTIAN_CHANNELS)
    try:
        stamp = path.stat().st_mtime_ns
    except OSError as error:
        raise BadSetting(
            f"{SETTING}: 无法读取 {path}（{error.strerror}）。请更正路径，或去掉这个设置。"
            f" The file cannot be read: correct the path or remove the setting."
        ) from error
    return _kept(path, stamp)


@lru_cache(maxsize=4)
def _kept(path: Path, stamp: int) -> Channels:
    return load(path)


def load(path: Path, environ: Mapping[str, str] = os.environ) -> Channels:
    """Read and check a file of channels, with `${NAME}` replaced from the environment.

    Raises
    ------
    BadSetting : names the file, the channel and the field, and what would do
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSetting(
            f"{SETTING}: {path} 不是能读取的 TOML 文件（{error}）。 This is no readable TOML file."
        ) from error
    try:
        return Channels.model_validate(_filled(raw, path, environ))
    except ValidationError as error:
        raise BadSetting(f"{SETTING}: {path}：{'；'.join(_told(error, raw))}") from error


def _filled(value: Any, path: Path, environ: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, path, environ) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, path, environ) for inner in value]
    if not isinstance(value, str):
        return value

    def secret(found: re.Match[str]) -> str:
        given = environ.get(found[1])
        if not given:
            raise BadSetting(
                f"{SETTING}: {path} 需要环境变量 {found[1]}，但它没有设置。 The environment variable is not set."
            )
        return given

    return VARIABLE.sub(secret, value)


def _told(error: ValidationError, raw: dict[str, Any]) -> list[str]:
    """Each fault with the channel and field it is in; never the value, which may be a secret."""
    lines = []
    for fault in error.errors(include_url=False, include_input=False)[:5]:
        parts = [part for part in fault["loc"] if part not in {"email", "dingtalk", "wecom", "webhook", "sms"}]
        if parts[:1] == ["channel"] and len(parts) > 1 and isinstance(parts[1], int):
            entry = raw["channel"][parts[1]]
            name = entry.get("name") if isinstance(entry, dict) else None
            parts = [f"channel {parts[1] + 1}" + (f"（{name}）" if isinstance(name, str) else ""), *parts[2:]]
        where = ".".join(str(part) for part in parts) or "文件"
        remedy = {
            "missing": "缺少这一项 / is missing",
            "extra_forbidden": "没有这一项，请检查拼写 / is unknown, check its spelling",
        }.get(fault["type"], fault["msg"].removeprefix("Value error, "))
        lines.append(f"{where}：{remedy}")
    return lines


def _sound_headers(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not re.fullmatch(r"[A-Za-z0-9-]+", name) or re.search(r"[\r\n\0]", value):
            raise ValueError(f"请求头 {name!r} 不合规 / is no sound header")
    return headers
