"""Plans, tasks, imports and progress over the HTTP API. `register()` imports what declares the routes."""

from django.utils.translation import gettext_lazy as _

from lantian.site.core.api import Room, declare_scopes

declare_scopes(
    {
        "plans:read": _("读取方案、任务、目标、疑点"),
        "plans:write": _("导入和确认方案，处理疑点"),
        "progress:read": _("读取进展"),
        "filings:read": _("读取分方案、清单和报送"),
        "filings:write": _("下达、上报、审核、备案"),
        "progress:write": _("填报、提交、审核进展"),
        "letters:read": _("读取责任书"),
        "letters:write": _("上传责任书签字件"),
    }
)
room = Room("plans", "/plans", tag=_("方案任务"))


def register() -> None:
    """Declare the routes; called once the models of all rooms are there."""
    from lantian.site.plans.api import (  # noqa: F401 - they declare routes of `room`
        deliverables,
        filed_lists,
        filings,
        goals,
        imports,
        instructions,
        letters,
        milestones,
        money,
        parts,
        plans,
        reports,
        requests,
        revisions,
        splitting,
        upstream,
    )
