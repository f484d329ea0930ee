"""Forms and filters of this room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.airquality.read.factors import Known, plain_unit
from lantian.rulebook.schemas.series import Factors
from lantian.site.core import filters
from lantian.site.core.faults import Text
from lantian.site.core.forms import Form
from lantian.site.core.uploads import UploadsField
from lantian.site.series.intake.opening import ENDINGS
from lantian.site.series.models import Intake, Stage
from lantian.site.series.models.intakes import FLAWS

OF_FILE = ("interval", "named", "station", "pollutant")  # what holds for a whole file
ROLES: dict[str, Text] = {
    "station": _("站点"),
    "time": _("时间"),
    "date": _("日期"),
    "hour": _("小时"),
    "type": _("监测指标"),
}
HEADED = ("", _("按表头，没有写的按惯例"))
INTERVALS = [("", _("按时间的写法识别")), ("1h", _("逐小时")), ("1d", _("逐日")), ("1mo", _("逐月"))]
NAMED = [("end", _("结束时刻（国家平台）")), ("start", _("开始时刻"))]


def factor_label(code: str) -> str:
    """What a factor is called in the reader's language."""
    found = next((one for one in rulebook.get("series-factors", as_=Factors).factor if one.code == code), None)
    return getattr(found.label, "en" if get_language() == "en" else "zh") if found else code


class UploadForm(Form):
    """Files of measured values."""

    files = UploadsField(label=_("文件"), accept=ENDINGS, allow_empty_file=True)  # type: ignore[assignment]
    source = forms.CharField(
        label=_("数据来源"), max_length=100, help_text=_("如：国家实时发布、市监测中心、本站仪器导出。")
    )
    stage = forms.ChoiceField(label=_("审核状态"), required=False)

    def __init__(self, *args: Any, reviewer: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if reviewer:
            self.fields["stage"].choices = [  # type: ignore[attr-defined]
                (one.value, one.label) for one in Stage if one != Stage.NOTHING
            ]
        else:
            del self.fields["stage"]

    def clean_stage(self) -> int:
        """As a number; what has not been said is real-time."""
        return int(self.cleaned_data["stage"] or Stage.REALTIME)


class ReadingForm(Form):
    """How the files are to be read, where their headers do not tell."""

    interval = forms.ChoiceField(label=_("数据间隔"), choices=INTERVALS, required=False)
    named = forms.ChoiceField(label=_("小时按什么命名"), choices=NAMED, required=False)
    station = forms.CharField(
        label=_("整个文件属于站点"), max_length=40, required=False, help_text=_("文件里没有站点列时填编码。")
    )
    pollutant = forms.ChoiceField(label=_("整个文件的指标"), required=False)

    def __init__(self, *args: Any, intake: Intake, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(intake.layout))
        super().__init__(*args, **kwargs)
        headers = [(name, name[:60]) for name in intake.preview.get("headers", ())]
        chosen = [(name, name[:60]) for name in (intake.layout.get("columns") or {}).values()]
        columns = [("", _("自动识别")), *dict.fromkeys(headers + chosen)]
        known = Known(intake.preview.get("interval") or "1h")
        labels = {code: factor_label(code) for code in known.factors}
        roles: dict[str, Text] = {**ROLES, **labels}
        for role, label in roles.items():
            self.fields[f"column_{role}"] = forms.ChoiceField(label=label, choices=columns, required=False)
        for code in known.factors:
            units = [(plain_unit(unit), unit) for unit in known.units(code)]
            if len(units) > 1:
                self.fields[f"unit_{code}"] = forms.ChoiceField(
                    label=labels[code], choices=[HEADED, *units], required=False
                )
        self.fields["pollutant"].choices = [("", _("不是")), *labels.items()]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            if name.startswith(("column_", "unit_")):
                field.widget.attrs["class"] = "form-select"

    @property
    def columns(self) -> list[forms.BoundField]:
        """Which column holds what."""
        return [self[name] for name in self.fields if name.startswith("column_")]

    @property
    def units(self) -> list[forms.BoundField]:
        """In which unit the columns are."""
        return [self[name] for name in self.fields if name.startswith("unit_")]

    @property
    def others(self) -> list[forms.BoundField]:
        """What holds for the whole file."""
        return [self[name] for name in OF_FILE]

    def layout(self) -> dict[str, Any]:
        """As `lantian.airquality.read.Layout` takes it."""
        clean = self.cleaned_data
        found: dict[str, Any] = {
            "columns": {name[7:]: value for name, value in clean.items() if name.startswith("column_") and value},
            "units": {name[5:]: value for name, value in clean.items() if name.startswith("unit_") and value},
        }
        return found | {name: clean[name] for name in OF_FILE if clean.get(name)}


def _initial(layout: dict[str, Any]) -> dict[str, Any]:
    columns = {f"column_{role}": name for role, name in (layout.get("columns") or {}).items()}
    units = {f"unit_{code}": unit for code, unit in (layout.get("units") or {}).items()}
    return columns | units | {name: layout.get(name, "") for name in OF_FILE}


class UndoForm(Form):
    """Why a delivery is taken back."""

    reason = forms.CharField(label=_("理由"), max_length=300)


class FlawFilter(filters.Filter):
    """Filter of what is refused."""

    q = filters.text(_("搜索"), placeholder=_("文件、内容"))
    code = filters.choice(_("原因"), FLAWS)

    def where(self) -> Q:
        asked = self.asked
        where = Q()
        if asked["q"]:
            where &= Q(file__icontains=asked["q"]) | Q(value__icontains=asked["q"]) | Q(column__icontains=asked["q"])
        if asked["code"]:
            where &= Q(code=asked["code"])
        return where


class DeliveryFilter(filters.Filter):
    """Filter of deliveries."""

    q = filters.text(_("搜索"), placeholder=_("名称、来源"))
    since = filters.day(_("数据起"))
    until = filters.day(_("数据止"))

    def where(self) -> Q:
        asked = self.asked
        where = Q()
        if asked["q"]:
            where &= Q(title__icontains=asked["q"]) | Q(source__icontains=asked["q"])
        if asked["since"]:
            where &= Q(until__date__gte=asked["since"])
        if asked["until"]:
            where &= Q(since__date__lte=asked["until"])
        return where


def chosen_owners(posted: Iterable[tuple[str, str]], codes: dict[str, int]) -> tuple[dict[str, int], list[str]]:
    """Owners by the names of stations, from what was typed beside them; and codes that are none."""
    found, wrong = {}, []
    for name, typed in posted:
        code = typed.split(" ", 1)[0].strip()
        if not code:
            found[name] = 0
        elif code in codes:
            found[name] = codes[code]
        else:
            wrong.append(code)
    return found, wrong
