"""Files of channels that lead to the receivers of a test, and words for looking at the outbox."""

from __future__ import annotations

from lantian.site.core import clock
from lantian.site.core.models import Delivery
from lantian.site.core.notify import declare

declare("test.due", "测试到期")
declare("test.now", "测试急件", urgent=True)


def group(hook, *, type="webhook", digest=0, more=""):
    return f"""
        site_url = "http://lantian.example:8000"
        [defaults]
        "*" = ["group"]
        [[channel]]
        name = "group"
        type = "{type}"
        url = "{hook.url}/robot"
        digest_minutes = {digest}
        retry_minutes = [1, 5]
        {more}
    """


def gateway(hook, *, idempotent="false", more=""):
    return f"""
        [defaults]
        "*" = ["sms"]
        [[channel]]
        name = "sms"
        type = "sms"
        url = "{hook.url}/sms?id={{key}}"
        body = '{{"to": "{{phone}}", "content": "{{text}}"}}'
        digest_minutes = 0
        retry_minutes = [1, 5]
        idempotent = {idempotent}
        {more}
    """


def post_office(mail):
    return f"""
        site_url = "http://lantian.example:8000"
        [defaults]
        "*" = ["mail"]
        [[channel]]
        name = "mail"
        type = "email"
        host = "127.0.0.1"
        port = {mail.port}
        security = "none"
        sender = "lantian@office.example"
        digest_minutes = 0
        retry_minutes = [1, 5]
    """


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def the_one() -> Delivery:
    return Delivery.objects.get()


def later() -> None:
    """The pause of a failed delivery is over."""
    Delivery.objects.update(next_try_at=clock.real_now())


def phone(person, number="13800001234"):
    type(person).objects.filter(pk=person.pk).update(phone=number)
    person.phone = number
    return person
