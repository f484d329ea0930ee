"""What people do: each deed says which event of the trail it must leave, and takes down how it was answered.

A browser's person looks at the page first, as people do; a program writes with a key. Both know what happened only by
the answer: `Deeds` holds what was acknowledged, what was refused and what broke, by the number of the request.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from PIL import Image

from tests.site.soak.client import Answer, Broken, Browser, Program

Person = dict[str, Any]
SEEN = 299  # stands for a status where the page itself told that a try had been carried out


@dataclass(frozen=True)
class Deed:
    """One write that was asked for: `thing` is the row it is about, `key` what the tries of one wish share."""

    who: str
    action: str
    thing: int | None
    request_id: str
    status: int
    text: str = ""
    key: str = ""


@dataclass
class Deeds:
    """All of them, from all threads."""

    rows: list[Deed] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, who: str, action: str, thing: int | None, answer: Answer, *, key: str = "") -> Answer:
        text = answer.text if answer.status >= 400 else ""
        with self._lock:
            self.rows.append(Deed(who, action, thing, answer.request_id, answer.status, text, key))
            self.seconds.append(answer.seconds)
        return answer

    def note_broken(self, who: str, action: str, thing: int | None, broken: Broken, *, key: str) -> None:
        """No answer came: done at most once."""
        with self._lock:
            self.rows.append(Deed(who, action, thing, broken.request_id, 0, str(broken), key))

    def note_seen(self, who: str, action: str, thing: int | None, *, key: str) -> None:
        """The page shows that an earlier try was carried out."""
        with self._lock:
            self.rows.append(Deed(who, action, thing, "", SEEN, "", key))

    def done(self, action: str = "") -> list[Deed]:
        return [one for one in self.rows if 0 < one.status < 400 and action in ("", one.action)]

    def refused(self, action: str = "") -> list[Deed]:
        return [one for one in self.rows if 400 <= one.status < 500 and action in ("", one.action)]

    def faults(self) -> list[Deed]:
        return [one for one in self.rows if one.status >= 500]


class Someone:
    """A person with a browser or a program; the same words for both."""

    def __init__(self, port: int, person: Person, deeds: Deeds, *, browser: bool) -> None:
        self.name = person["username"]
        self.person = person
        self.deeds = deeds
        self.browser = Browser(port) if browser else None
        self.program = None if browser else Program(port, person["token"])

    def enter(self) -> None:
        if self.browser:
            answer = self.browser.log_in(self.person["username"], self.person["password"])
            self.deeds.note(self.name, "org.log_in", self.person["id"], answer)

    # Reports

    def begin(self, cycle: int, task: int, start: str) -> int | None:
        """Begin a report, or go on with the one that is there; its number, None when refused."""
        unit = self.person["unit"]
        if self.browser:
            action = f"/plans/reports/begin/{cycle}/{task}/{unit}/{start}"
            answer = self._note("begin", None, self.browser.submit("/plans/extensions", action))
            return _number(answer.location, 3) if answer.ok else None
        body = {"task": task, "unit": unit, "cycle": cycle, "start": start}
        answer = self._note("begin", None, self.program.write("plans/reports", body))
        return int(answer.json["id"]) if answer.ok else None

    def hand_in(self, report: int, text: str, *, key: str = "") -> Answer:
        """Write a report and submit it. A browser has no key to send; with one its tries are known as one wish."""
        if self.browser:
            edit = f"/plans/reports/{report}/edit"
            shown = self.browser.get(edit)
            if shown.status != 200:  # it is no draft any more: a page leads on to the report
                return shown
            revision = _between(shown.text, 'name="revision" value="', '"')
            answer = self.browser.send(shown, edit, text=text, percent=50, revision=revision, submit="1")
            return self._note("plans.report.submit", report, answer, key=key)
        written = self.save(report, text)
        return self.submit(report, written.json["revision"], key=key) if written.ok else written

    def save(self, report: int, text: str) -> Answer:
        """A program's first half of handing in."""
        answer = self.program.write(f"plans/reports/{report}", {"text": text, "percent": 50}, method="PUT")
        return self._note("save", report, answer)

    def submit(self, report: int, revision: int, *, key: str = "") -> Answer:
        """A program's second half."""
        answer = self.program.write(f"plans/reports/{report}/submit", {"revision": revision}, key=key)
        return self._note("plans.report.submit", report, answer, key=key)

    def state(self, report: int) -> str:
        """What the report's page says of it."""
        shown = self.browser.get(f"/plans/reports/{report}")
        return _between(shown.text, 'class="badge lt-state is-', '"') if shown.ok else ""

    def attach_photo(self, report: int) -> Answer:
        files = {"files": ("现场.jpg", photo())}
        page = f"/plans/reports/{report}/edit"
        answer = self.browser.submit(page, f"/plans/reports/{report}/files", files, kind="photo")
        return self._note("attach", report, answer)

    def accept(self, report: int, *, key: str = "") -> Answer:
        if self.browser:
            answer = self.browser.submit("/plans/extensions", f"/plans/desk/{report}/accept")
        else:
            answer = self.program.write(f"plans/reports/{report}/accept", key=key)
        return self._note("plans.report.accept", report, answer, key=key)

    def give_back(self, report: int, *, key: str = "") -> Answer:
        if self.browser:
            answer = self.browser.submit("/plans/extensions", f"/plans/desk/{report}/return", reason="请补充")
        else:
            answer = self.program.write(f"plans/reports/{report}/return", {"reason": "请补充"}, key=key)
        return self._note("plans.report.return", report, answer, key=key)

    # What has pages alone

    def ask_extension(self, task: int, until: str) -> int | None:
        page = f"/plans/tasks/{task}/extension"
        fields = {"kind": "extension", "unit": self.person["unit"], "until": until, "text": f"{self.name} 申请"}
        answer = self._note("plans.extension.ask", None, self.browser.submit(page, page, **fields))
        return _number(answer.location, 3) if answer.ok else None

    def ask_closing(self, task: int) -> int | None:
        page = f"/plans/tasks/{task}/closing"
        files = {"files-document": ("总结.txt", "全部完成".encode()), "files-photo": ("现场.jpg", photo())}
        fields = {"unit": self.person["unit"], "text": f"{self.name} 申请"}
        answer = self._note("plans.task.ask", None, self.browser.submit(page, page, files, **fields))
        return _number(answer.location, 3) if answer.ok else None

    def decide(self, kind: str, number: int, step: str, **fields: str) -> Answer:
        """A step of an extension or a closing, from its page."""
        page = f"/plans/{kind}s/{number}"
        action = f"plans.{'task' if kind == 'closing' else kind}.{step}"
        return self._note(action, number, self.browser.submit(page, f"{page}/{step}", **fields))

    def _note(self, action: str, thing: int | None, answer: Answer, *, key: str = "") -> Answer:
        return self.deeds.note(self.name, action, thing, answer, key=key)


@cache
def photo() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (320, 240), "steelblue").save(content, "JPEG")
    return content.getvalue()


def _number(path: str, place: int) -> int | None:
    parts = path.split("/")
    return int(parts[place]) if len(parts) > place and parts[place].isdigit() else None


def _between(text: str, before: str, after: str) -> str:
    found = text.partition(before)[2]
    assert found, f"no {before} on the page"
    return found.partition(after)[0]


__all__ = ["Answer", "Broken", "Deed", "Deeds", "Someone", "photo"]
