"""The page that hands our own authority's certificate to phones, with the steps by system."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import Text
from lantian.site.core.page import open_page, page

WHY = "a phone that does not trust us yet cannot log in safely; a certificate of an authority is public"


@dataclass(frozen=True)
class System:
    """How a certificate is made trusted on one system; `marks` are words of its browsers' User-Agent."""

    name: Text
    marks: tuple[str, ...]
    steps: tuple[Text, ...]


SYSTEMS = (
    System(
        _("鸿蒙 HarmonyOS"),
        ("HarmonyOS", "OpenHarmony", "HUAWEI"),
        (
            _("用华为浏览器点“下载根证书”，保存到手机。"),
            _("打开“设置”，搜索“证书”，进入“加密和凭据”（或“证书与凭据”）→“从存储设备安装”→“CA 证书”。"),
            _("按提示输入锁屏密码，选择刚下载的 ca.crt。"),
        ),
    ),
    System(
        _("安卓 Android"),
        ("Android",),
        (
            _("用手机自带的浏览器或 Chrome 点“下载根证书”。"),
            _(
                "打开“设置”，搜索“CA 证书”（一般在“安全 → 更多安全设置 → 加密与凭据 → 安装证书”里），"
                "选“CA 证书”，点“仍然安装”。"
            ),
            _("按提示输入锁屏密码，选择刚下载的 ca.crt。"),
        ),
    ),
    System(
        _("苹果 iPhone、iPad"),
        ("iPhone", "iPad"),
        (
            _("用 Safari 点“下载根证书”，点“允许”。"),
            _("打开“设置”，点最上面的“已下载描述文件”→“安装”。"),
            _("再到“设置 → 通用 → 关于本机 → 证书信任设置”，打开这张证书的开关。少了这一步不起作用。"),
        ),
    ),
    System(
        _("Windows 电脑"),
        ("Windows",),
        (
            _("点“下载根证书”，双击 ca.crt，点“安装证书”。"),
            _("选“本地计算机”→“将所有的证书都放入下列存储”→“受信任的根证书颁发机构”。"),
            _("重新打开浏览器。"),
        ),
    ),
)


@open_page("core", "certificate", why=WHY)
def certificate_page(request: HttpRequest) -> HttpResponseBase:
    """What this phone must do so that the platform can be reached safely; its own system comes first."""
    agent = request.headers.get("User-Agent", "")
    own = next((one for one in SYSTEMS if any(mark in agent for mark in one.marks)), None)
    return page(
        request,
        "core/phone/certificate.html",
        title=_("让手机信任本平台"),
        secured=settings.LANTIAN_TLS,
        behind_proxy=settings.LANTIAN_TLS is None and request.is_secure(),
        systems=sorted(SYSTEMS, key=lambda one: one is not own),
        own=own,
    )


@open_page("core", "certificate_file", why=WHY)
def certificate_file(request: HttpRequest) -> HttpResponseBase:
    """The certificate as phones install it: an iPhone asks to, where it is not handed over as a mere file."""
    authority = settings.LANTIAN_TLS.authority if settings.LANTIAN_TLS else None
    if authority is None:
        raise Http404
    return HttpResponse(authority.read_bytes(), content_type="application/x-x509-ca-cert")
