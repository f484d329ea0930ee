"""What a password must be, and that common Chinese passwords are refused: thousands made by the rules people follow."""

from __future__ import annotations

import datetime as dt
import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.site.core import clock
from lantian.site.core.faults import Invalid
from lantian.site.org import actions
from lantian.site.org.models import Person
from lantian.site.org.passwords import classes, faults, one_time_password, own_signs, rule
from tests.site.conftest import PASSWORD

pytestmark = pytest.mark.any_database
NAMES = ["wang", "Zhang", "lixiao", "liuyang", "CHEN", "zhaowei"]
ENDS = ["123", "123456", "1234567890", "5201314", "1314520", "@2024", "2025!", "19850312", "850312", "abc", "ABC123"]
WORDS = [
    "woaini",
    "Woaini",
    "password",
    "P@ssw0rd",
    "Passw0rd",
    "admin",
    "Admin",
    "qwerty",
    "huanbaoju",
    "Huanbao",
    "iloveyou",
]
WALKS = [
    "1qaz2wsx",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "QWERasdf",
    "qazwsxedc",
    "0987654321",
    "1q2w3e4r5t",
    "147258369",
]
MARKS = ["", "!", "@", "#", "_", ".", "-", "!@#"]


def common() -> set[str]:
    """As people put them together: a word or a name or a walk, a mark, a number; the other way round; twice."""
    starts = [*NAMES, *WORDS, *WALKS]
    made = {f"{a}{m}{b}" for a, m, b in itertools.product(starts, MARKS, ENDS)}
    made |= {f"{b}{m}{a}" for a, m, b in itertools.product(starts, MARKS, ENDS)}
    made |= {f"{a}{m}{b}" for a, b, m in itertools.product(starts, starts, MARKS)}
    made |= {f"{a}{m}{year}" for a, m, year in itertools.product(starts, MARKS, range(1960, 2031))}
    made |= {sign * n for sign in "aA1。8" for n in range(10, 20)}
    return made


def test_thousands_of_common_passwords_are_refused():
    made = common()
    assert len(made) > 20_000
    assert [password for password in sorted(made) if not faults(password)] == []


@pytest.mark.parametrize(
    "good",
    [
        "Kx7!vbM2Qm9",
        "moyu-Gelou-37",
        "correct horse battery",
        "青河夜里下了一场小雨湿了石阶上的青苔",
        PASSWORD,
        "lantian-demo-2026",
    ],
)
def test_a_password_of_ones_own_is_taken(good):
    assert faults(good) == []


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("Kx7!vbM2", "至少 10 个字符"),
        ("kxvbmqmrtzw", "3 种"),
        ("kxvbm48162", "3 种"),
        ("Woaini5201314!", "容易被猜中"),
        ("aaaaaaaaaaaaaaaaaaaa", "容易被猜中"),
    ],
)
def test_what_is_wrong_is_said(bad, why):
    assert why in "".join(faults(bad))


@pytest.mark.parametrize("about", ["demoliu", "DemoLiu", "13800000000", "演示"])
def test_nothing_that_others_know_stands_in_it(about):
    assert "姓名" in "".join(faults(f"Kx7!{about}vbM", [about]))


def test_a_name_of_one_character_forbids_nothing():
    assert faults("Kx7!vbM2Qm9", ["x", "", "李"]) == []


@given(st.text(min_size=1, max_size=40))
def test_no_text_breaks_the_rules(text):
    assert 0 <= own_signs(text, rule()) <= len(text)
    assert 0 <= classes(text) <= 4
    faults(text, [text])


@given(st.text(alphabet="abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", min_size=1, max_size=20))
def test_more_signs_are_never_more_guessable(text):
    assert own_signs(text + "兲", rule()) >= own_signs(text, rule())


def test_random_passwords_are_not_taken_for_common_ones():
    dice = random.Random(20260301)
    signs = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!#%&*+-="
    made = ["".join(dice.choices(signs, k=14)) for _number in range(2000)]
    assert [password for password in made if own_signs(password, rule()) < rule().own] == []


def test_one_time_passwords_keep_the_rules():
    made = {one_time_password() for _number in range(500)}
    assert len(made) == 500
    assert [password for password in made if faults(password)] == []


# As actions


def test_the_last_passwords_are_not_taken_again(district, settings):
    settings.LANTIAN_PASSWORD_HISTORY = 2
    person, used = district.leader, [PASSWORD, "moyu-Gelou-37", "moyu-Gelou-38", "moyu-Gelou-39"]
    for old, new in itertools.pairwise(used):
        person = actions.change_password(person, old=old, new=new)
    for again in used[1:3]:
        with pytest.raises(Invalid) as invalid:
            actions.change_password(person, old=used[3], new=again)
        assert "new" in invalid.value.fields
    assert actions.change_password(person, old=used[3], new=PASSWORD).check_password(PASSWORD)


def test_a_password_grows_old_where_the_setting_says_so(district, site, settings):
    Person.objects.filter(pk=district.leader.pk).update(password_set_at=clock.real_now() - dt.timedelta(days=91))
    site.log_in(district.leader)
    assert site.get("/units").status_code == 200
    settings.LANTIAN_PASSWORD_DAYS = 90
    assert site.get("/units")["Location"] == "/me/password"
    assert "规定期限" in site.get("/me/password").content.decode()


def test_who_makes_an_account_cannot_log_in_with_it(district, site):
    made = actions.add_person(district.administrator, username="neu", name="演示新")
    assert not made.has_usable_password()
    first = actions.reset_password(district.security, made)
    assert Person.objects.get(pk=made.pk).check_password(first)


def test_the_one_time_password_is_shown_once_and_in_no_trail(district, site):
    from lantian.site.core.models import AuditEvent

    page = site.log_in(district.security).post(f"/people/{district.leader.pk}/password")
    password = page.context["password"]
    assert password in page.content.decode()
    assert password not in site.get(f"/people/{district.leader.pk}").content.decode()
    event = AuditEvent.objects.get(action="org.reset_password")
    assert password not in str([event.before, event.after, event.facts])
