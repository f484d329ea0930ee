"""Notices: who is told what, once, and how it leaves the platform."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from email import message_from_bytes, policy
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused
from lantian.site.core.models import AuditEvent, Delivery, Notice, ReplayClock
from lantian.site.core.notify import actions, notify, outbox
from lantian.site.core.notify.addresses import masked
from tests.site.core.outgoing import gateway, group, later, phone, post_office, states, the_one

pytestmark = pytest.mark.django_db

# Who is told


def test_a_person_is_told_in_the_inbox(district):
    (notice,) = notify(district.water_liaison, "test.due", title="第 3 项 明天到期", url="/plans/tasks/3")
    assert list(district.water_liaison.notices.all()) == [notice]
    assert notice.read_at is None


def test_a_key_makes_it_once_for_each_person(district):
    people = [district.water_liaison, district.songxi_liaison]
    assert len(notify(people[0], "test.due", title="一", key="k")) == 1
    told = notify([*people, people[1]], "test.due", title="一", key="k")
    assert [notice.person for notice in told] == [people[1]], "the first has it already; nobody is told twice"
    assert len(notify(people, "test.due", title="一")) == 2, "without a key every call tells"


def test_the_disabled_are_left_out(district):
    district.nobody.is_active = False
    assert notify(district.nobody, "test.due", title="一") == []


def test_a_notice_goes_the_way_of_its_transaction(district, channels, hook):
    channels(group(hook))
    with transaction.atomic():
        notify(district.leader, "test.due", title="一", key="k")
        transaction.set_rollback(True)
    assert Notice.objects.count() == Delivery.objects.count() == 0


def test_a_notice_is_in_the_language_of_the_installation(district):
    with translation.override("en"):
        (notice,) = notify(district.leader, "test.due", title=_("退出登录"))
    assert notice.title == "退出登录"


def test_titles_are_one_line_and_control_characters_go(district):
    (notice,) = notify(district.leader, "test.due", title="一\r\nBcc: x\x00", body="甲\n乙\x07")
    assert notice.title == "一 Bcc: x"
    assert notice.body == "甲\n乙"


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/" + "x" * 400])
def test_a_notice_leads_within_the_site_only(district, url):
    with pytest.raises(ValueError, match="path of this site"):
        notify(district.leader, "test.due", title="一", url=url)


def test_an_undeclared_kind_is_a_mistake(district):
    with pytest.raises(LookupError):
        notify(district.leader, "test.unknown", title="一")


@pytest.mark.parametrize("n", [1, 3])
def test_telling_many_costs_no_more_queries_than_telling_one(
    district, channels, hook, n, django_assert_max_num_queries
):
    channels(group(hook, digest=5))
    people = list(district.people.values())[:n]
    with django_assert_max_num_queries(12):
        notify(people, "test.due", title="一", key="k")


# What leaves the platform


def test_without_channels_nothing_leaves(district):
    notify(district.leader, "test.due", title="一")
    assert Delivery.objects.count() == 0
    assert outbox.send_due() == 0


def test_a_drill_rings_nobodys_telephone(district, channels, hook):
    channels(group(hook))
    now = clock.real_now()
    ReplayClock.objects.create(pk=1, started_at=now, shown_at=now - dt.timedelta(days=3000))
    notify(district.leader, "test.due", title="一")
    assert Notice.objects.count() == 1
    assert Delivery.objects.count() == 0


def test_a_webhook_gets_json_with_key_and_signature(district, channels, hook):
    channels(group(hook, more='secret = "s3"\nheaders = { X-From = "lantian" }'))
    notify([district.leader, district.air_office], "test.due", title="第 3 项到期", body="请办理", url="/x")
    assert outbox.send_due() == 1, "a group is told once, whoever it is for"
    (got,) = hook.taken
    (told,) = got.json["notices"]
    assert sorted(told.pop("names")) == ["演示leader", "演示office"]
    assert told == {"title": "第 3 项到期", "body": "请办理", "link": "http://lantian.example:8000/x"}
    assert got.headers["idempotency-key"] == got.json["key"] == str(the_one().key)
    assert got.headers["x-from"] == "lantian"
    digest = hmac.new(b"s3", got.body.encode(), hashlib.sha256).hexdigest()
    assert got.headers["x-lantian-signature"] == f"sha256={digest}"
    assert states() == ["sent"]
    assert the_one().sent_at


def test_dingtalk_is_signed_and_mentions(district, channels, hook):
    channels(group(hook, type="dingtalk", more='secret = "SECabc"\nmention = true'))
    notify(phone(district.water_liaison), "test.due", title="第 3 项到期")
    assert outbox.send_due() == 1
    (got,) = hook.taken
    assert got.json["msgtype"] == "text"
    assert "第 3 项到期" in got.json["text"]["content"]
    assert "演示water" in got.json["text"]["content"]
    assert got.json["at"] == {"atMobiles": ["13800001234"], "isAtAll": False}
    query = parse_qs(urlsplit(got.path).query)
    told = f"{query['timestamp'][0]}\nSECabc"
    expected = base64.b64encode(hmac.new(b"SECabc", told.encode(), hashlib.sha256).digest()).decode()
    assert query["sign"] == [expected]


def test_wecom_gets_its_own_json_within_its_size(district, channels, hook):
    channels(group(hook, type="wecom", more="mention = true"))
    notify(phone(district.water_liaison), "test.due", title="第 3 项到期", body="很长" * 1500)
    assert outbox.send_due() == 1
    text = hook.taken[0].json["text"]
    assert len(text["content"].encode()) <= 2048
    assert text["mentioned_mobile_list"] == ["13800001234"]


def test_a_robot_that_refuses_is_believed_over_its_200(district, channels, hook):
    channels(group(hook, type="dingtalk"))
    hook.answer = '{"errcode": 310000, "errmsg": "sign not match"}'
    notify(district.leader, "test.due", title="一")
    assert outbox.send_due() == 0
    assert states() == ["given_up"]
    assert "sign not match" in the_one().last_error


def test_a_busy_robot_is_asked_again(district, channels, hook):
    channels(group(hook, type="wecom"))
    hook.answer = '{"errcode": 45009, "errmsg": "api freq out of limit"}'
    notify(district.leader, "test.due", title="一")
    outbox.send_due()
    assert states() == ["failed"]


def test_a_text_message_fills_the_template_safely(district, channels, hook):
    channels(gateway(hook, more='headers = { Authorization = "Bearer ${LANTIAN_TEST_TOKEN}" }'))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANTIAN_TEST_TOKEN", "geheim")
        notify(phone(district.leader, "138 0000-1234"), "test.now", title='他说"完成"\\', body="甲\n乙")
        assert outbox.send_due() == 1
    (got,) = hook.taken
    assert got.json["to"] == "13800001234"
    assert '他说"完成"\\' in got.json["content"]
    assert got.headers["authorization"] == "Bearer geheim"
    assert got.path == f"/sms?id={the_one().key}"


def test_a_text_message_as_a_form(district, channels, hook):
    channels(
        f"""
        [defaults]
        "*" = ["sms"]
        [[channel]]
        name = "sms"
        type = "sms"
        url = "{hook.url}/"
        body = "m={{phone}}&c={{text}}"
        encoding = "form"
        digest_minutes = 0
        success = "^OK"
        """
    )
    hook.answer = "OK 1"
    notify(phone(district.leader), "test.now", title="甲&乙=丙")
    assert outbox.send_due() == 1
    assert parse_qs(hook.taken[0].body) == {"m": ["13800001234"], "c": ["【蓝天】甲&乙=丙"]}


def test_a_gateway_that_answers_200_to_a_refusal(district, channels, hook):
    channels(gateway(hook, more="success = '\"code\": ?0'"))
    hook.answer = '{"code": 7, "msg": "余额不足"}'
    notify(phone(district.leader), "test.due", title="一")
    outbox.send_due()
    assert states() == ["failed"]
    assert "余额不足" in the_one().last_error


def test_nobody_without_a_number_is_written_down(district, channels, hook):
    channels(gateway(hook))
    notify([district.leader, phone(district.air_office, "内线 302")], "test.due", title="一")
    assert Delivery.objects.count() == 0


def test_a_mail_arrives_with_subject_text_and_a_steady_id(district, channels, mail):
    channels(post_office(mail))
    actions.choose_channels(district.leader, district.leader, email="leader@office.example", mobile="", choices={})
    notify(district.leader, "test.due", title="第 3 项到期", body="请办理。", url="/plans/tasks/3")
    assert outbox.send_due() == 1
    (got,) = mail.taken
    head = "\n".join(f"{name}: {value}" for name, value in got.headers.items())
    message = message_from_bytes(f"{head}\n\n{got.body}".encode(), policy=policy.default)
    assert message["to"] == "leader@office.example"
    assert message["message-id"] == f"<{the_one().key}@office.example>"
    text = message.get_content()
    assert "第 3 项到期" in text
    assert "请办理。" in text
    assert "http://lantian.example:8000/plans/tasks/3" in text


@pytest.mark.parametrize(("reply", "state"), [(550, "given_up"), (451, "failed")])
def test_a_mail_server_refuses_for_good_or_for_now(district, channels, mail, reply, state):
    channels(post_office(mail))
    mail.status = reply
    actions.choose_channels(district.leader, district.leader, email="leader@office.example", mobile="", choices={})
    notify(district.leader, "test.due", title="一")
    outbox.send_due()
    assert states() == [state]
    assert str(reply) in the_one().last_error


# Digests


def test_notices_of_one_kind_are_gathered_into_one_message(district, channels, hook):
    channels(group(hook, digest=10))
    for number in (1, 2, 3):
        notify(district.leader, "test.due", title=f"第 {number} 项到期")
    assert outbox.send_due() == 0, "still gathering"
    later()
    assert outbox.send_due() == 1
    (got,) = hook.taken
    assert got.json["subject"] == "测试到期：3 条消息"
    assert [one["title"] for one in got.json["notices"]] == ["第 1 项到期", "第 2 项到期", "第 3 项到期"]


def test_urgent_kinds_wait_for_nobody(district, channels, hook):
    channels(group(hook, digest=10))
    notify(district.leader, "test.now", title="马上")
    assert outbox.send_due() == 1


def test_what_was_tried_never_changes_its_words(district, channels, hook):
    channels(group(hook, digest=10))
    hook.status = 503
    notify(district.leader, "test.due", title="甲")
    later()
    outbox.send_due()
    notify(district.leader, "test.due", title="乙")
    assert Delivery.objects.count() == 2
    hook.status = 200
    later()
    outbox.send_due()
    keys = {got.json["key"]: [one["title"] for one in got.json["notices"]] for got in hook.taken}
    assert sorted(keys.values()) == [["乙"], ["甲"]]


def test_a_group_reads_equal_notices_once_with_all_names(district, channels, hook):
    channels(group(hook, digest=10))
    notify([district.leader, district.air_office], "test.due", title="甲", url="/x")
    notify([district.leader], "test.due", title="乙", url="/x")
    later()
    outbox.send_due()
    told = {one["title"]: sorted(one["names"]) for one in hook.taken[0].json["notices"]}
    assert told == {"甲": ["演示leader", "演示office"], "乙": ["演示leader"]}


# Choices


def test_a_person_chooses_and_the_rest_follows_the_defaults(district, channels, hook):
    channels(gateway(hook) + '\n[[channel]]\nname = "other"\ntype = "webhook"\nurl = "http://127.0.0.1:9/"\n')
    person = phone(district.leader)
    actions.choose_channels(
        person,
        person,
        email="",
        mobile="139 0000 0000",
        choices={"test.due": {"sms": False}, "test.now": {"sms": True}},
    )
    assert person.notice_settings.choices == {"test.due": {"sms": False}}, "what equals the defaults is not kept"
    notify(person, "test.due", title="一")
    notify(person, "test.now", title="二")
    assert [(d.kind, d.address) for d in Delivery.objects.all()] == [("test.now", "13900000000")]
    assert AuditEvent.objects.filter(action="core.choose_channels").count() == 1


def test_nobody_chooses_for_another(district, channels, hook):
    channels(gateway(hook))
    with pytest.raises(Refused):
        actions.choose_channels(district.administrator, district.leader, email="", mobile="", choices={})


@pytest.mark.parametrize(
    "given",
    [
        {"mobile": "12ab"},
        {"email": "no address"},
        {"choices": {"test.unknown": {}}},
        {"choices": {"test.due": {"nothing": True}}},
    ],
)
def test_choices_are_checked(district, channels, hook, given):
    channels(gateway(hook))
    with pytest.raises(Invalid):
        actions.choose_channels(
            district.leader, district.leader, **({"email": "", "mobile": "", "choices": {}} | given)
        )


def test_addresses_are_shown_masked():
    assert masked("zhangsan@office.example") == "z***@office.example"
    assert masked("13800001234") == "138****1234"
    assert masked("12345") == "****"
    assert masked("") == ""


# The inbox


def test_reading_is_each_ones_own(district):
    (mine,) = notify(district.leader, "test.due", title="一")
    (other,) = notify(district.air_office, "test.due", title="一")
    assert actions.mark_read(district.leader, [mine.pk, other.pk]) == 1
    other.refresh_from_db()
    assert other.read_at is None
    assert actions.mark_read(district.air_office) == 1
    assert actions.mark_read(district.air_office) == 0


def test_json_in_a_delivery_is_what_was_meant(district, channels, hook):
    channels(group(hook))
    notify(district.leader, "test.due", title='"}, "x": {"')
    outbox.send_due()
    assert json.loads(hook.taken[0].body)["notices"][0]["title"] == '"}, "x": {"'
