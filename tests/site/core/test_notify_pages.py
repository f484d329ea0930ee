"""Pages of notices, deliveries and schedules."""

from __future__ import annotations

import pytest
from django.urls import reverse

from lantian.site.core import clock, schedules
from lantian.site.core.models import Delivery, Notice, ScheduleRun
from lantian.site.core.notify import declare, notify

pytestmark = pytest.mark.django_db
BUDGET = 15

declare("page.due", "页面测试提醒")


@pytest.fixture
def channels(settings, tmp_path):
    path = tmp_path / "channels.toml"
    path.write_text(
        """
        [defaults]
        "*" = ["sms", "robot"]
        [[channel]]
        name = "sms"
        title = "短信"
        type = "sms"
        url = "http://127.0.0.1:9/{phone}/{text}"
        [[channel]]
        name = "robot"
        title = "工作群"
        type = "wecom"
        url = "http://127.0.0.1:9/"
        """,
        "utf-8",
    )
    settings.LANTIAN_CHANNELS = str(path)


def text(response, status=200) -> str:
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def test_an_empty_inbox_says_what_will_come(district, site):
    page = text(site.log_in(district.leader).get(reverse("core:inbox")))
    assert "没有消息。" in page
    assert "全部标为已读" not in page


def test_the_inbox_shows_ones_own_and_the_bell_counts(district, site):
    notify([district.leader, district.air_office], "page.due", title="给两个人的")
    notify(district.air_office, "page.due", title="给另一个人的")
    page = text(site.log_in(district.leader).get(reverse("core:inbox")))
    assert "给两个人的" in page
    assert "给另一个人的" not in page
    assert "1 条未读消息" in page


def test_the_bell_stops_counting_at_99(district, site):
    Notice.objects.bulk_create(Notice(person=district.leader, kind="page.due", title="x") for _ in range(120))
    assert "<b>99+</b>" in text(site.log_in(district.leader).get(reverse("core:bell"), headers={"HX-Request": "true"}))


def test_opening_a_notice_reads_it_and_shows_the_way(district, site):
    (notice,) = notify(district.leader, "page.due", title="标题", body="<b>正文</b>", url="/jobs")
    page = text(site.log_in(district.leader).get(notice.get_absolute_url()))
    assert "&lt;b&gt;正文" in page
    assert 'href="/jobs"' in page
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert "条未读消息" not in page


def test_a_notice_without_text_leads_on_at_once(district, site):
    (notice,) = notify(district.leader, "page.due", title="标题", url="/jobs")
    assert site.log_in(district.leader).get(notice.get_absolute_url()).url == "/jobs"


def test_nobody_opens_anothers_notice(district, site):
    (notice,) = notify(district.leader, "page.due", title="标题", body="x")
    assert site.log_in(district.administrator).get(notice.get_absolute_url()).status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_are_marked_as_read(district, site):
    notify(district.leader, "page.due", title="一")
    notify(district.leader, "page.due", title="二")
    page = text(site.log_in(district.leader).post(reverse("core:notices_read"), follow=True))
    assert "已将 2 条消息标为已读。" in page
    assert Notice.objects.filter(read_at=None).count() == 0


def test_the_inbox_is_filtered(district, site):
    (old,) = notify(district.leader, "page.due", title="读过的")
    notify(district.leader, "page.due", title="没读的")
    browser = site.log_in(district.leader)
    browser.get(old.get_absolute_url())
    page = text(browser.get(reverse("core:inbox"), {"unread": "on"}))
    assert "没读的" in page
    assert "读过的" not in page


def test_ones_channels_are_chosen_in_a_table(district, site, channels):
    browser = site.log_in(district.leader)
    page = text(browser.get(reverse("core:notice_settings")))
    assert "短信" in page
    assert "群机器人由管理员统一设置：工作群" in page
    answer = browser.post(reverse("core:notice_settings"), {"mobile": "13800001234", "page.due": []})
    assert answer.status_code == 302
    own = district.leader.notice_settings
    assert own.mobile == "13800001234"
    assert own.choices["page.due"] == {"sms": False}
    page = text(browser.get(reverse("core:notice_settings")))
    assert 'name="page.due" value="sms" class="form-check-input" id="id_page.due_0"' in page
    assert "13800001234" in page


def test_a_wrong_number_is_told_at_its_field(district, site, channels):
    page = text(site.log_in(district.leader).post(reverse("core:notice_settings"), {"mobile": "12ab"}))
    assert "6 至 15 位数字" in page


def test_without_channels_the_page_says_so(district, site):
    assert "还没有配置邮件或短信" in text(site.log_in(district.leader).get(reverse("core:notice_settings")))


# For the administrator


def test_deliveries_show_no_contents_and_no_full_address(district, site, channels):
    type(district.leader).objects.update(phone="13800001234")
    district.leader.phone = "13800001234"
    notify(district.leader, "page.due", title="内容不给管理员看")
    browser = site.log_in(district.administrator)
    page = text(browser.get(reverse("core:deliveries")))
    assert "页面测试提醒" in page
    assert "群机器人" in page
    one = text(browser.get(reverse("core:delivery", args=[Delivery.objects.get(channel="sms").pk])))
    assert "138****1234" in one
    for shown in (page, one):
        assert "内容不给管理员看" not in shown
        assert "13800001234" not in shown


def test_a_doubt_is_explained_and_decided(district, site, channels):
    notify(district.leader, "page.due", title="一")
    delivery = Delivery.objects.get()
    Delivery.objects.update(state="unknown")
    browser = site.log_in(district.administrator)
    page = text(browser.get(reverse("core:delivery", args=[delivery.pk])))
    assert "请先向收件人核实" in page
    assert "重新发送" in page
    text(browser.post(reverse("core:delivery_step", args=[delivery.pk, "resend"]), follow=True))
    assert Delivery.objects.get().state == "queued"
    assert browser.post(reverse("core:delivery_step", args=[delivery.pk, "claim"])).status_code == 404
    browser.post(reverse("core:delivery_step", args=[delivery.pk, "drop"]))
    assert "重新发送" in text(browser.get(reverse("core:delivery", args=[delivery.pk])))


def test_schedules_show_last_and_next_run_and_run_at_once(district, site, settings):
    settings.LANTIAN_JOBS = "inline"
    browser = site.log_in(district.administrator)
    assert "任务到期提醒" in text(browser.get(reverse("core:schedules")))
    answer = browser.post(reverse("core:schedule_run", args=["plans.reminders"]))
    assert answer.url == reverse("core:job", args=[ScheduleRun.objects.get().job_id])
    page = text(browser.get(reverse("core:schedules")))
    assert "手动" in page
    assert "已完成" in page
    assert browser.post(reverse("core:schedule_run", args=["no.such"])).status_code == 404


@pytest.mark.parametrize("name", ["deliveries", "schedules"])
def test_only_the_administrator_sees(district, site, name):
    assert site.log_in(district.air_office).get(reverse(f"core:{name}")).status_code == 403


@pytest.mark.parametrize("name", ["inbox", "notice_settings", "deliveries", "schedules", "bell"])
def test_the_number_of_queries_holds(district, site, channels, name, django_assert_max_num_queries):
    for number in range(30):
        notify(list(district.people.values()), "page.due", title=f"第 {number} 条", body="x")
    settings_list = [schedules.start(one, clock.now()) for one in schedules.schedules]
    assert all(settings_list)
    browser = site.log_in(district.administrator)
    with django_assert_max_num_queries(BUDGET):
        assert browser.get(reverse(f"core:{name}")).status_code == 200
