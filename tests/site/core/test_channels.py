"""The file of channels: what is taken, and what is said about what is not."""

from __future__ import annotations

import os

import pytest

from lantian.site.core.notify import config
from lantian.site.environment import BadSetting

MAIL = """
[[channel]]
name = "mail"
type = "email"
host = "127.0.0.1"
sender = "a@office.example"
password = "${SECRET_OF_TEST}"
"""


def load(tmp_path, text: str, **environ: str) -> config.Channels:
    path = tmp_path / "channels.toml"
    path.write_text(text, "utf-8")
    return config.load(path, {"SECRET_OF_TEST": "geheim", **environ})


def test_secrets_come_from_the_environment(tmp_path):
    assert load(tmp_path, MAIL).channel[0].password == "geheim"


def test_a_secret_that_is_not_set_is_named(tmp_path):
    with pytest.raises(BadSetting, match="SECRET_OF_TEST"):
        load(tmp_path, MAIL, SECRET_OF_TEST="")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("channel = [", "TOML"),
        ('[[channel]]\nname = "x"\ntype = "pigeon"', "channel 1（x）"),
        ('[[channel]]\nname = "mail"\ntype = "email"\nhost = "h"', "channel 1（mail）.sender：缺少这一项"),
        (MAIL + 'sendr = "x"', "sendr：没有这一项"),
        (MAIL + MAIL, "重名"),
        ('[defaults]\n"*" = ["post"]\n' + MAIL, "post"),
        (MAIL + "idempotent = true", "channel 1（mail）.idempotent"),
        ('[[channel]]\nname="s"\ntype="sms"\nurl="http://127.0.0.1/"\nbody="{phone}"', "{text}"),
        (
            '[[channel]]\nname="s"\ntype="sms"\nurl="http://127.0.0.1/"\nbody="{phone}{text}"\nidempotent=true',
            "{key}",
        ),
        ('[[channel]]\nname="w"\ntype="webhook"\nurl="ftp://127.0.0.1/"', "channel 1（w）.url"),
        ('[[channel]]\nname="w"\ntype="webhook"\nurl="http://h/"\nheaders={"A" = "b\\r\\nC: d"}', "请求头"),
        ('[[channel]]\nname="s"\ntype="sms"\nurl="http://h/{phone}{text}"\nsuccess="("', "正则"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path, text, said):
    with pytest.raises(BadSetting) as caught:
        load(tmp_path, text)
    assert said in str(caught.value)
    assert "channels.toml" in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_the_longest_pattern_of_defaults_counts(tmp_path):
    text = '[defaults]\n"*" = []\n"plans.*" = ["mail"]\n"plans.due" = []\n' + MAIL
    channels = load(tmp_path, text)
    assert channels.default_for("plans.overdue") == {"mail"}
    assert channels.default_for("plans.due") == channels.default_for("org.x") == frozenset()


def test_a_missing_file_stops_us_with_a_remedy(settings, tmp_path):
    settings.LANTIAN_CHANNELS = str(tmp_path / "nothing.toml")
    with pytest.raises(BadSetting, match="更正路径"):
        config.channels()


def test_a_changed_file_is_read_anew(settings, tmp_path):
    path = tmp_path / "channels.toml"
    settings.LANTIAN_CHANNELS = str(path)
    path.write_text("")
    assert config.channels().channel == ()
    path.write_text('site_url = "http://127.0.0.1"\n')
    os.utime(path, ns=(1, 1))
    assert config.channels().site_url == "http://127.0.0.1"
