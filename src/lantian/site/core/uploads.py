"""How large an upload may be: one field of the house, and the pages that take more than others.

class BatchForm(Form):
    file = UploadField(label=_("zip 压缩包"), most=lambda: settings.LANTIAN_BATCH_MAX)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.attachments import NotTaken, empty, too_large
from lantian.site.core.faults import Invalid
from lantian.site.core.registries import Registry
from lantian.site.core.request import Request

FORM_AROUND = 1024 * 1024  # room in a request for the form around an upload

Most = Callable[[], int]


def usual() -> int:
    """What every page takes."""
    most: int = settings.LANTIAN_UPLOAD_MAX
    return most


@dataclass(frozen=True)
class Large:
    """A page that takes more: `most` bytes, from those who may do `policy`."""

    policy: str
    most: Most


large: Registry[Large] = Registry("page of large uploads")  # by the name of its address: sources:batches


def limit_of(request: Request) -> int:
    """How large the body of a request may be; asked before any of it is read, so that a stranger fills no disk."""
    try:
        name = resolve(request.path_info).view_name
    except Resolver404:
        return usual()
    asked = large.get(name)
    if asked is None or not request.user.is_authenticated or not policy.may(request.person, asked.policy):
        return usual()
    return max(usual(), asked.most())


class UploadField(forms.FileField):
    """A file that is within the limit and not empty; what is wrong names it."""

    default_error_messages: ClassVar = {"required": _("请选择文件。")}

    def __init__(self, *, most: Most = usual, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def to_python(self, data: Any) -> Any:
        if data and not data.size and not self.allow_empty_file:
            raise forms.ValidationError(str(NotTaken(data.name, empty())), code="empty")
        return super().to_python(data)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file and file.size > self.most():
            raise forms.ValidationError(str(NotTaken(file.name, Invalid(too_large(self.most())))))
        return file


class _Several(forms.ClearableFileInput):
    allow_multiple_selected = True


class UploadsField(UploadField):
    """Several files at once, each within the limit."""

    def __init__(self, *, accept: str = "", capture: bool = False, **kwargs: Any) -> None:
        camera = {"capture": "environment"} if capture else {}
        super().__init__(widget=_Several(attrs={"accept": accept, "multiple": True, **camera}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        files: list[Any] = [super(UploadsField, self).clean(one, initial) for one in given]
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return files
