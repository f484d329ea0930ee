"""Forms of routes and tracks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.faults import Invalid
from lantian.site.core.forms import Form
from lantian.site.core.place import DATUMS
from lantian.site.core.uploads import UploadField
from lantian.site.sources import track_files


class RouteForm(Form):
    """An approved route: drawn as an area, typed as a line, or from a file."""

    name = forms.CharField(label=_("名称"), max_length=100, help_text=_("如：松溪路工地至北山消纳场。"))
    hours = forms.CharField(
        label=_("核准时段"),
        max_length=100,
        required=False,
        help_text=_("如 22:00-次日6:00，多段用顿号隔开；不填为全天。"),
    )
    act = forms.CharField(label=_("依据文件"), max_length=300, required=False)
    valid_from = forms.DateField(label=_("自"))
    valid_to = forms.DateField(label=_("至"), required=False)
    shape = forms.CharField(
        label=_("路线"),
        required=False,
        max_length=track_files.MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("在图上画线，或画出可以行驶的范围；也可以一行写一个点（如 116.36, 39.91），连成线。"),
    )
    file = UploadField(label=_("或路线文件（GeoJSON、KML）"), required=False, allow_empty_file=False)
    datum = forms.ChoiceField(
        label=_("坐标系"), choices=DATUMS, initial="wgs84", help_text=_("文件和所写各点的坐标系；图上画的不用选。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = clock.today()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file, text, datum = cleaned.pop("file", None), cleaned.pop("shape", ""), cleaned.pop("datum", "wgs84")
        if not file and not text.strip():
            self.add_error("shape", _("请写出路线、画出范围，或选择文件。"))
            return cleaned
        try:
            made = track_files.route_of(file.read(), datum) if file else track_files.line_of(text, datum)
            cleaned["geometry"] = made
        except Invalid as fault:
            self.add_error("file" if file else "shape", " ".join(str(one) for one in fault.fields.values()))
        return cleaned


class EndForm(Form):
    """Until when a route holds."""

    valid_to = forms.DateField(label=_("至"), help_text=_("这一天以后的轨迹不再按这条路线判断。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_to"].initial = clock.today()


class TrackForm(Form):
    """A file with a track."""

    file = UploadField(
        label=_("轨迹文件（csv、Excel、GPX）"),
        allow_empty_file=False,
        help_text=_("表格要有“时间”“经度”“纬度”三列，每行一个点；一个文件最多 20,000 个点。"),
    )
    datum = forms.ChoiceField(
        label=_("坐标系"),
        choices=DATUMS,
        initial="wgs84",
        help_text=_("定位设备一般是 WGS 84；从高德、百度平台导出的选对坐标系。"),
    )
