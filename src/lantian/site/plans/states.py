"""Life cycles of this room, as tables."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core import policy
from lantian.site.core.lifecycle import Lifecycle, Step

OFFICE = ("air_office",)

IMPORT = Lifecycle(
    "plans.import",
    start="uploaded",
    labels={
        "uploaded": _("已上传"),
        "parsing": _("解析中"),
        "review": _("待审核"),
        "confirmed": _("已确认"),
        "failed": _("失败"),
        "discarded": _("已放弃"),
    },
    steps=[
        Step("parse", "uploaded", "parsing", by=OFFICE),
        Step("parse", "parsing", "parsing", by=OFFICE, label=_("重新解析")),
        Step("review", "parsing", "review", by=OFFICE),
        Step("fail", "parsing", "failed", by=OFFICE),
        Step("correct", "review", "review", by=OFFICE),
        Step("undo", "review", "review", by=OFFICE, label=_("撤销上一步")),
        Step("judge", "review", "review", by=OFFICE),
        Step("confirm", "review", "confirmed", by="air_office", label=_("确认，启动方案"), tone="primary"),
        Step("compare", "review", "confirmed", by="air_office", label=_("与现方案比对"), tone="primary"),
        Step("keep", "review", "confirmed", by="air_office", label=_("存为上级方案"), tone="primary"),
        Step("discard", "uploaded", "discarded", by=OFFICE, label=_("放弃"), tone="danger"),
        Step("discard", "parsing", "discarded", by=OFFICE, label=_("放弃"), tone="danger"),
        Step("discard", "review", "discarded", by=OFFICE, label=_("放弃"), tone="danger"),
    ],
)

FINDING = Lifecycle(
    "plans.finding",
    start="open",
    labels={"open": _("待处理"), "accepted": _("已接受"), "corrected": _("已更正"), "dismissed": _("不是问题")},
    steps=[
        Step("accept", "open", "accepted", by=OFFICE, needs=["reason"], label=_("接受，按原文执行")),
        Step("correct", "open", "corrected", by=OFFICE, needs=["reason"], label=_("已在别处更正")),
        Step("dismiss", "open", "dismissed", by=OFFICE, needs=["reason"], label=_("不是问题")),
        Step("reopen", "accepted", "open", by=OFFICE, needs=["reason"], label=_("重新打开")),
        Step("reopen", "corrected", "open", by=OFFICE, needs=["reason"], label=_("重新打开")),
        Step("reopen", "dismissed", "open", by=OFFICE, needs=["reason"], label=_("重新打开")),
    ],
)

# A revised document of a plan, and each of the pieces in which it differs.
VERSION = Lifecycle(
    "plans.version",
    start="open",
    labels={"open": _("比对中"), "done": _("已完成"), "dropped": _("已放弃")},
    steps=[
        Step("decide", "open", "open", by=OFFICE, label=_("采纳或不采纳修订")),
        Step("refresh", "open", "open", by=OFFICE, label=_("重新比对")),
        Step("finish", "open", "done", by="air_office", label=_("完成修订"), tone="primary"),
        Step("drop", "open", "dropped", by="air_office", needs=["reason"], label=_("放弃修订稿"), tone="danger"),
    ],
)

PIECE = Lifecycle(
    "plans.piece",
    start="open",
    labels={"open": _("待定"), "accepted": _("已采纳"), "refused": _("不采纳")},
    steps=[
        Step("accept", "open", "accepted", by=OFFICE, label=_("采纳"), tone="primary"),
        Step("refuse", "open", "refused", by=OFFICE, needs=["reason"], label=_("不采纳")),
        Step("reopen", "refused", "open", by=OFFICE, label=_("重新考虑")),
    ],
)

policy.declare(
    {
        "plans.see": policy.roles(*policy.OFFICIALS),
        "plans.import": policy.roles(*OFFICE),
    },
    titles={"plans.see": _("查看方案和任务"), "plans.import": _("导入方案")},
)

# Goals that evaluate themselves by a metric

GOAL = Lifecycle(
    "plans.goal",
    start="waiting",
    labels={"waiting": _("待绑定"), "bound": _("已绑定"), "apart": _("不自动评价")},
    steps=[
        Step("bind", "waiting", "bound", by="air_office", label=_("绑定"), tone="primary"),
        Step("set_apart", "waiting", "apart", by="air_office", needs=["reason"], label=_("不自动评价")),
        Step("bind", "bound", "bound", by="air_office", label=_("绑定")),
        Step("unbind", "bound", "waiting", by="air_office", label=_("解除绑定")),
        Step("unbind", "apart", "waiting", by="air_office", label=_("解除绑定")),
        Step("loosen", "bound", "waiting", by=()),  # when a revised document changes the goal
    ],
)
policy.declare(
    {
        "plans.goal.bind_many": policy.roles(*OFFICE),
        "plans.quantity.bind": policy.roles(*OFFICE),
        "plans.quantity.unbind": policy.roles(*OFFICE),
    },
    titles={
        "plans.goal.bind_many": _("按建议绑定多个目标"),
        "plans.quantity.bind": _("把任务的指标数绑定到度量"),
        "plans.quantity.unbind": _("解除指标数的绑定"),
    },
)

# Progress: cycles of reporting, reports, extensions, closing

REPORTERS = ("liaison",)

CYCLE = Lifecycle(
    "plans.cycle",
    start="suggested",
    labels={"suggested": _("待确认"), "active": _("执行中"), "stopped": _("已停止"), "dismissed": _("不采用")},
    steps=[
        Step("change", "suggested", "suggested", by="air_office", label=_("修改")),
        Step("confirm", "suggested", "active", by="air_office", label=_("确认，开始调度"), tone="primary"),
        Step("dismiss", "suggested", "dismissed", by="air_office", label=_("不采用")),
        Step("change", "active", "active", by="air_office", label=_("修改")),
        Step("stop", "active", "stopped", by="air_office", needs=["reason"], label=_("停止")),
        Step("confirm", "stopped", "active", by="air_office", label=_("恢复")),
        Step("confirm", "dismissed", "active", by="air_office", label=_("采用")),
    ],
)

REPORT = Lifecycle(
    "plans.report",
    start="draft",
    labels={
        "draft": _("草稿"),
        "submitted": _("待审核"),
        "returned": _("已退回"),
        "accepted": _("已通过"),
        "superseded": _("已被更正"),
        "dropped": _("已放弃"),
    },
    steps=[
        Step("save", "draft", "draft", by=REPORTERS, label=_("保存草稿")),
        Step("save", "returned", "returned", by=REPORTERS, label=_("保存草稿")),
        Step("submit", "draft", "submitted", by=REPORTERS, label=_("提交"), tone="primary"),
        Step("submit", "returned", "submitted", by=REPORTERS, label=_("重新提交"), tone="primary"),
        Step("withdraw", "submitted", "draft", by=REPORTERS, label=_("撤回")),
        Step("accept", "submitted", "accepted", by="air_office", label=_("通过"), tone="primary"),
        Step("return", "submitted", "returned", by="air_office", needs=["reason"], label=_("退回")),
        Step("correct", "accepted", "accepted", by=REPORTERS, label=_("更正")),
        Step("supersede", "accepted", "superseded", by=()),  # when its correction is accepted
        Step("drop", "draft", "dropped", by=REPORTERS, label=_("放弃更正")),
        Step("drop", "returned", "dropped", by=REPORTERS, label=_("放弃更正")),
    ],
)

EXTENSION = Lifecycle(
    "plans.extension",
    start="asked",
    labels={
        "asked": _("待大气办办理"),
        "consenting": _("待领导同意"),
        "consented": _("领导已同意"),
        "granted": _("已批准"),
        "refused": _("未批准"),
        "withdrawn": _("已撤回"),
    },
    steps=[
        Step("forward", "asked", "consenting", by="air_office", label=_("报领导同意"), tone="primary"),
        Step("consent", "consenting", "consented", by="leader", label=_("同意"), tone="primary"),
        Step("decline", "consenting", "refused", by="leader", needs=["reason"], label=_("不同意")),
        Step("grant", "asked", "granted", by="air_office", label=_("批准"), tone="primary"),
        Step("grant", "consented", "granted", by="air_office", label=_("批准"), tone="primary"),
        Step("refuse", "asked", "refused", by="air_office", needs=["reason"], label=_("不批准")),
        Step("refuse", "consented", "refused", by="air_office", needs=["reason"], label=_("不批准")),
        Step("withdraw", "asked", "withdrawn", by=REPORTERS, label=_("撤回申请")),
        Step("withdraw", "consenting", "withdrawn", by=REPORTERS, label=_("撤回申请")),
    ],
)

# 对账销号. What evidence "ask" needs differs from task to task: rule `closing-evidence`.
TASK = Lifecycle(
    "plans.task",
    start="open",
    labels={
        "open": _("办理中"),
        "closing": _("申请销号"),
        "closed": _("已销号"),
        "withdrawn": pgettext_lazy("task", "已撤销"),
    },
    steps=[
        Step("ask", "open", "closing", by=REPORTERS, label=_("申请销号"), tone="primary"),
        Step("withdraw", "closing", "open", by=REPORTERS, label=_("撤回申请")),
        Step("close", "closing", "closed", by="air_office", needs=["signer"], label=_("核准销号"), tone="primary"),
        Step("return", "closing", "open", by="air_office", needs=["reason"], label=_("退回")),
        Step("reopen", "closed", "open", by="air_office", needs=["reason"], label=_("重新打开"), tone="danger"),
        # a revised document has the task no more: kept with all that was reported, asked of nobody
        Step("strike", "open", "withdrawn", by="air_office", needs=["reason"], label=_("撤销任务"), tone="danger"),
        Step("strike", "closed", "withdrawn", by="air_office", needs=["reason"], label=_("撤销任务"), tone="danger"),
        Step("restore", "withdrawn", "open", by="air_office", needs=["reason"], label=_("恢复任务")),
        # an instruction's task goes with its answer
        Step("settle", "open", "closed", by=("leader", "air_office"), label=_("批示办结")),
        Step("settle", "closing", "closed", by=("leader", "air_office"), label=_("批示办结")),
        Step("renew", "closed", "open", by=("leader", "air_office"), label=_("批示重新办理")),
    ],
)

INSTRUCTION_OPEN = ("given", "returned")
INSTRUCTION = Lifecycle(
    "plans.instruction",
    start="given",
    labels={
        "given": _("待答复"),
        "answered": _("已答复"),
        "returned": _("已退回"),
        "settled": _("已办结"),
        "withdrawn": _("已撤回"),
    },
    steps=[
        Step("answer", "given", "answered", by=REPORTERS, needs=["text"], label=_("答复"), tone="primary"),
        Step("answer", "returned", "answered", by=REPORTERS, needs=["text"], label=_("重新答复"), tone="primary"),
        Step("settle", "answered", "settled", by=("leader", "air_office"), label=_("办结"), tone="primary"),
        Step("return", "answered", "returned", by=("leader", "air_office"), needs=["reason"], label=_("退回")),
        Step("withdraw", "given", "withdrawn", by=("leader", "air_office"), needs=["reason"], label=_("撤回批示")),
        Step("withdraw", "returned", "withdrawn", by=("leader", "air_office"), needs=["reason"], label=_("撤回批示")),
        Step("reopen", "settled", "returned", by=("leader", "air_office"), needs=["reason"], label=_("重新办理")),
    ],
)
policy.declare(
    {
        "plans.instruction.give": policy.roles("leader", "air_office"),
        "plans.instruction.see": policy.roles(*policy.OFFICIALS),
    },
    titles={"plans.instruction.give": _("批示"), "plans.instruction.see": _("查看批示")},
)


def leads(actor: policy.Actor, task: Any) -> bool:
    """Whether the actor is liaison of the unit that leads a task, or that alone is responsible for it."""
    if task is None or isinstance(task, type):
        return actor.holds("liaison")
    return any(actor.holds("liaison", unit_id=unit) for unit in task.leading(getattr(actor, "register", None)))


LEADS = policy.when(leads, _("牵头单位（没有牵头单位时的责任单位）的联络员"))

policy.declare(
    {
        "plans.task.break_down": policy.roles("air_office") | LEADS,
        "plans.task.fund": policy.roles("air_office") | LEADS,
        "plans.task.split": policy.roles("air_office"),
        "plans.task.join": policy.roles("air_office"),
        "plans.milestone.set": policy.roles("air_office") | LEADS,
        "plans.milestone.finish": policy.roles("air_office") | LEADS,
        "plans.milestone.reopen": policy.roles("air_office"),
    },
    titles={
        "plans.task.break_down": _("分解这项任务"),
        "plans.task.fund": _("登记资金"),
        "plans.task.split": _("拆分任务"),
        "plans.task.join": _("合并任务"),
        "plans.milestone.set": _("倒排节点"),
        "plans.milestone.finish": _("登记节点完成"),
        "plans.milestone.reopen": _("撤销节点完成"),
    },
)
policy.declare(
    {
        "plans.report.see": policy.roles(*policy.OFFICIALS),
        "plans.report.fill": policy.roles(*REPORTERS),
        "plans.report.review": policy.roles("air_office"),
        "plans.report.accept_many": policy.roles("air_office"),
        "plans.report.remind": policy.roles("air_office"),
        "plans.cycle.add": policy.roles("air_office"),
        "plans.cycle.suggest": policy.roles("air_office"),
        "plans.extension.ask": policy.roles(*REPORTERS),
    },
    titles={
        "plans.report.see": _("查看进展"),
        "plans.report.fill": _("填报进展"),
        "plans.report.review": _("审核进展"),
        "plans.report.accept_many": _("批量通过进展"),
        "plans.report.remind": _("催报"),
        "plans.cycle.add": _("新增调度周期"),
        "plans.cycle.suggest": _("从方案提出调度周期"),
        "plans.extension.ask": _("申请延期或免报"),
    },
)

# Responsibility letters and pledges. A firm signs its own; what came on paper the office puts in.

SIGNERS = (*REPORTERS, *policy.OUTSIDE)
HANDING_IN = (*SIGNERS, *OFFICE)

LETTER = Lifecycle(
    "plans.letter",
    start="issued",
    labels={
        "issued": _("待签回"),
        "handed_in": _("待确认"),
        "returned": _("已退回"),
        "confirmed": _("已签"),
        "superseded": _("已被代替"),
        "revoked": pgettext_lazy("letter", "已撤销"),
    },
    steps=[
        Step(
            "hand_in",
            "issued",
            "handed_in",
            by=(*SIGNERS, *OFFICE),
            needs=["files"],
            label=_("上传签字件"),
            tone="primary",
        ),
        Step(
            "hand_in",
            "returned",
            "handed_in",
            by=(*SIGNERS, *OFFICE),
            needs=["files"],
            label=_("上传签字件"),
            tone="primary",
        ),
        Step("withdraw", "handed_in", "issued", by=HANDING_IN, label=_("撤回签字件")),
        Step("confirm", "handed_in", "confirmed", by="air_office", label=_("确认已签"), tone="primary"),
        Step("return", "handed_in", "returned", by="air_office", needs=["reason"], label=_("退回")),
        Step("return", "confirmed", "returned", by="air_office", needs=["reason"], label=_("退回")),
        Step(
            "revoke",
            "issued",
            "revoked",
            by="air_office",
            needs=["reason"],
            label=pgettext_lazy("letter", "撤销"),
            tone="danger",
        ),
        Step(
            "revoke",
            "returned",
            "revoked",
            by="air_office",
            needs=["reason"],
            label=pgettext_lazy("letter", "撤销"),
            tone="danger",
        ),
        Step("supersede", "issued", "superseded", by=()),  # when another is handed out in its place
        Step("supersede", "handed_in", "superseded", by=()),
        Step("supersede", "returned", "superseded", by=()),
        Step("supersede", "confirmed", "superseded", by=()),
    ],
)

policy.declare(
    {
        "plans.letter.see": policy.roles(*policy.OFFICIALS, *policy.OUTSIDE),
        "plans.letter.create": policy.roles("air_office"),
        "plans.letter.remind": policy.roles("air_office"),
    },
    titles={
        "plans.letter.see": _("查看责任书"),
        "plans.letter.create": _("发放责任书"),
        "plans.letter.remind": _("催签责任书"),
    },
)
