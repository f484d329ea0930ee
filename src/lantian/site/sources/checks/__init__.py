"""The first checks of ledgers, each a small rule with a name. Rooms with meters and inspections bring their own."""

from django.utils.translation import gettext_lazy as _

from lantian.site.core.checking import Check
from lantian.site.core.registries import checks
from lantian.site.sources.checks.alike import moved, revived, twice
from lantian.site.sources.checks.coverage import too_few
from lantian.site.sources.checks.devices import obsolete_devices
from lantian.site.sources.checks.duties import late_duties
from lantian.site.sources.checks.exits import EXIT, candidates
from lantian.site.sources.checks.offsets import broken_offsets
from lantian.site.sources.checks.outside import ended_there, not_on_ledger, not_on_list
from lantian.site.sources.checks.parks import park_sums
from lantian.site.sources.checks.permits import without_permit
from lantian.site.sources.checks.proofs import old_proofs
from lantian.site.sources.checks.publications import late_publications
from lantian.site.sources.checks.reported import unlike_reported
from lantian.site.sources.checks.traced import to_trace
from lantian.site.sources.checks.tracks import stray_trips
from lantian.site.sources.checks.visits import kept_out
from lantian.site.sources.checks.zeros import zeros


def register() -> None:
    """Fill the registry; called once from `ready()`."""
    for order, (name, title, about, run) in enumerate(
        (
            (
                "sources.twice",
                _("疑似重复上账"),
                _("同一清单上两条记录：信用代码相同，或名称相近又在附近，或就在一处。"),
                twice,
            ),
            (
                "sources.revived",
                _("已销号的疑似换名再开"),
                _("一家已销号，同一地点或同一代码又有一家在账未完成。"),
                revived,
            ),
            (
                "sources.moved",
                _("疑似换镇街转移"),
                _("一个镇街已销号，另一个镇街又有同一代码或同名的在账。"),
                moved,
            ),
            (
                "sources.old_proof",
                _("疑似用旧账充数"),
                _("销号材料的拍摄时间，或污染源的关闭日期，远早于上账日期。"),
                old_proofs,
            ),
            ("sources.duty", _("应做到而未做到"), _("按清单的规则推算应做到，期限已过仍未做到。"), late_duties),
            (
                "sources.no_permit",
                _("在账企业没有排污许可"),
                _("应持证清单上的企业不在排污许可清单上。"),
                without_permit,
            ),
            (
                "sources.publications",
                _("逾期未公开的清单"),
                _("清单的规则要求某日前向社会公开，期限已过没有发布。"),
                late_publications,
            ),
            (
                "sources.offset",
                _("替代量落空"),
                _("新建项目占用的减排量被退回、作废或减少，或安排的替代量不足。"),
                broken_offsets,
            ),
            (
                "sources.not_on_list",
                _("在账企业不在外部名单上"),
                _("按规定应在市场主体等名单上的在账企业，名单上没有。"),
                not_on_list,
            ),
            (
                "sources.ended_there",
                _("名单上已注销，在账仍运行"),
                _("企业在名单上的每一条都已注销、吊销或到期，清单上仍未停产、未完成。"),
                ended_there,
            ),
            (
                "sources.not_on_ledger",
                _("名单上有、清单上没有"),
                _("名单上的行业会产生排放，却不在任何应上的清单上：疑似漏报，须上门核实。"),
                not_on_ledger,
            ),
            (
                "sources.obsolete_device",
                _("应淘汰的治理设施仍在用"),
                _("在用的治理设施属方案要求淘汰的简易低效工艺。"),
                obsolete_devices,
            ),
            (
                "sources.reported",
                _("上报数与清单对不上"),
                _("镇街上报的数量或吨位，与清单同一天的合计相差超过规则。"),
                unlike_reported,
            ),
            (
                "sources.park",
                _("园区总量与企业对不上"),
                _("园内企业的排放量合计超过园区总量，或与园区填报的实际排放量不一致。"),
                park_sums,
            ),
            (
                "sources.trace",
                _("不合格待追溯"),
                _("抽检不合格，还没有处理完：证据列出售煤单位和同批次的配送。"),
                to_trace,
            ),
            (
                "sources.visit",
                _("进出场记录：禁用区内的机械"),
                _("进出场登记表明，规则不许用的机械，在禁用期间进过管控区内的工地。"),
                kept_out,
            ),
            (
                "sources.coverage",
                _("抽检比例不足"),
                _("上一个月、季度或年度抽检的比例没有达到清单规则的要求。"),
                too_few,
            ),
            (
                "sources.track",
                _("轨迹偏离核准路线"),
                _("导入的车辆轨迹离开核准路线，或在核准时段以外行驶。"),
                stray_trips,
            ),
            (
                EXIT,
                _("疑属淘汰目录"),
                _("清单上所写的行业、工艺或设备属淘汰目录，企业却不在淘汰退出清单上：建议核实后列入。"),
                candidates,
            ),
            ("sources.zero", _("零上账镇街"), _("其他镇街多有上账，只有这个镇街一条也没有。"), zeros),
        )
    ):
        checks.register(name, Check(title, run, about, order))
