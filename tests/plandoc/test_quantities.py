"""Numbers of a task text: what counts, with which unit, comparison, town and kind, and what is no quantity."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.plandoc.parse.quantities import find_quantities, town_names
from tests.plandoc.scoring import scorer
from tests.shared import shared_path


def measured(text, **known):
    """(value, unit, town) of every quantity."""
    return [(q.value, q.unit, q.town) for q in find_quantities(text, **known)]


def plain(text):
    return [(q.value, q.unit) for q in find_quantities(text)]


def only(text):
    (found,) = find_quantities(text)
    return found


# value and unit as written


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("全年压减用煤5万吨", 5, "万吨"),
        ("改造1.2万户居民取暖", 1.2, "万户"),
        ("检查货车2万辆次", 2, "万辆次"),
        ("降尘量控制在9吨/月•平方公里以内", 9, "吨/月•平方公里"),
        ("降尘量不高于6 吨/平方公里·月", 6, "吨/平方公里·月"),
        ("排放浓度不高于30mg/m³", 30, "mg/m³"),
        ("排放浓度不高于30mg/m^{3}", 30, "mg/m^{3}"),
        ("排放浓度低于2.5毫克每立方米", 2.5, "毫克每立方米"),
        ("淘汰35蒸吨/小时以下锅炉", 35, "蒸吨/小时"),
        ("泄漏率控制在3‰以内", 3, "‰"),
        ("清扫率达到９５％以上", 95, "%"),
        ("更换净化设备1,200台", 1200, "台"),
        ("划定2 015个网格", 2015, "个"),
        ("布设 2 个以上监测点位", 2, "个"),
        ("完成十六类场所检查", 16, "类"),
        ("播出时长不少于三分钟", 3, "分钟"),
        ("组建两支巡查队伍", 2, "支"),
        ("机械化清扫率提高百分之五", 5, "%"),
        ("优良天数比率提高2个百分点", 2, "个百分点"),
        ("VOCs减排12.6吨", 12.6, "吨"),
    ],
)
def test_value_and_unit_stay_as_written(text, value, unit):
    found = only(text)
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize(
    "text",
    [
        "2023年10月底前完成，6-9月开展检查，每月5日前报送，逢5日、15日调度",
        "自2019年1月1日起，22时至次日6时禁止施工，7：00—9：00限行",
        "依据《某某省大气污染防治条例（2018年版）》第35条和青政发〔2019〕12号执行",
        "执行GB 13271-2014和DB11/ 1488-2018，详见附件2、3和表4",
        "拨打12345、12369热线，联系电话010-12345678",
        "淘汰国3及以下车辆，全面使用国6b油品，第六阶段标准",
        "监测PM2.5、PM_{2.5}、PM10、NO2、SO_2和O3",
        "落实“六个百分之百”和七个100%，做到两断三清、三查十无，实行“减二增一”",
        "建立一企一档、一源一策台账，发现一起、查处一起，发现1家、关停1家",
        "再一次开展新一轮排查，避免二次扬尘，严禁一次性投放，区、街两级执法",
        "推进1+N方案，101国道、G4高速、4S店、A4纸、5A级景区",
        "按照1：2比例替代；三轮车禁行；一律停产；每一次污染过程",
        "1. 加强领导\n2、落实责任\n（3）严格考核\n一、总体要求",
        "“十四五”期间实施三年行动方案，开展“百日攻坚”",
        "四个狠抓、三个责任、两个清单、一个月内多家企业超标",
        "第三季度前完成，臭氧日最大8小时平均浓度第90百分位数下降",
    ],
)
def test_dates_documents_names_and_slogans_are_no_quantities(text):
    assert plain(text) == []


def test_pieces_of_a_list_share_unit_and_comparison():
    found = find_quantities("比例分别不低于10、20和30%")
    assert [(q.value, q.unit, q.op) for q in found] == [(10, "%", ">="), (20, "%", ">="), (30, "%", ">=")]
    found = find_quantities("减排比例达到10%、15%和20%以上")
    assert [(q.value, q.op) for q in found] == [(10, ">="), (15, ">="), (20, ">=")]


def test_a_range_is_a_lower_and_an_upper_bound():
    found = find_quantities("帮扶8-10家企业")
    assert [(q.value, q.unit, q.op) for q in found] == [(8, "家", ">="), (10, "家", "<=")]


def test_brackets_count_too():
    assert plain("新增充电桩104台（84个直流桩，20个交流桩）") == [(104, "台"), (84, "个"), (20, "个")]
    assert plain("完成3个村（约937户）改造") == [(3, "个"), (937, "户")]


# comparison


@pytest.mark.parametrize(
    ("text", "op"),
    [
        ("建成5个以上站点", ">="),
        ("合格率不低于98%", ">="),
        ("比例至少20%", ">="),
        ("覆盖率达到90%", ">="),
        ("覆盖率达到100%", "="),
        ("占比不低于辖区总数的20%", ">="),
        ("排气口高度超过45米", ">"),
        ("排气口高度超过45米以上", ">"),
        ("降尘量小于5吨/平方公里·月", "<"),
        ("传输率达不到90%以上的", "<"),
        ("渣土堆放不超过60立方米", "<="),
        ("重污染天数控制在10天以内", "<="),
        ("淘汰10蒸吨及以下锅炉", "<="),
        ("24小时内清运", "<="),
        ("改造约900户", "~"),
        ("浓度控制在64微克/立方米左右", "~"),
        ("完成30家", "="),
        ("颗粒物浓度达到10毫克/立方米", "<="),
        ("TSP浓度排名不进入全市后30名", "not_in_bottom"),
    ],
)
def test_words_before_and_behind_the_number_compare(text, op):
    assert only(text).op == op


# frequency and kind


@pytest.mark.parametrize(
    ("text", "value", "unit", "op"),
    [
        ("每月至少组织开展一次排查", 1, "次/月", ">="),
        ("每日机械冲洗不少于2次", 2, "次/日", ">="),
        ("每季度完成一轮抽样检查", 1, "轮/季度", "="),
        ("专项督查每月开展不少于一次", 1, "次/月", ">="),
        ("每半年至少开展一次审核", 1, "次/半年", ">="),
        ("每月发送简报 1 期", 1, "期/月", "="),
        ("洒水频次不低于每天4次", 4, "次/天", ">="),
    ],
)
def test_a_frequency_carries_its_period(text, value, unit, op):
    found = only(text)
    assert (found.value, found.unit, found.op, found.kind) == (value, unit, op, "frequency")


def test_a_deadline_that_recurs_is_no_frequency():
    assert plain("每月10日前报送，完成2家企业治理") == [(2, "家")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("完成21家企业整治", "target"),
        ("秸秆综合利用率达到98%以上", "target"),
        ("燃气锅炉氮氧化物排放浓度不高于30毫克/立方米", "limit"),
        ("48小时内清运完毕", "limit"),
        ("排气口高度超过45米的高架源安装监控", "scope"),
        ("淘汰35蒸吨及以下燃煤锅炉", "scope"),
        ("对5000平方米以上工地安装视频监控", "scope"),
        ("道路两侧各100米路面清扫", "scope"),
        ("累计通报3次的，予以约谈", "trigger"),
        ("四级以上大风天气停止作业", "trigger"),
        ("预测未来12小时不会改善时启动", "trigger"),
        ("排名末10位的工地予以曝光", "trigger"),
        ("设置24小时值守岗", "frequency"),
        ("全市淘汰老旧车30万辆", "context"),
        ("由95微克/立方米下降至", "context"),
    ],
)
def test_kind_says_how_a_number_is_meant(text, kind):
    assert only(text).kind == kind


# what is counted


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("完成21家“散乱污”企业清理整治工作", "散乱污”企业清理整治"),
        ("数据传输有效率达到90%以上", "数据传输有效率"),
        ("新增10台3吨及以下的新能源叉车", "新能源叉车"),
    ],
)
def test_what_is_the_noun_beside_the_number(text, what):
    assert what in find_quantities(text)[0].what


# towns


def test_shares_of_towns_count_what_the_headline_counts():
    found = find_quantities("拆除小煤炉56台。其中，松溪镇20台、柳湾镇16台、北桥街道办事处20台。")
    assert [(q.value, q.town) for q in found] == [(56, None), (20, "松溪镇"), (16, "柳湾镇"), (20, "北桥街道办事处")]
    assert {q.what for q in found} == {"拆除小煤炉"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("完成2家。其中，松溪镇某某制衣厂1家，柳湾镇某某山庄1家", [(2, None), (1, "松溪镇"), (1, "柳湾镇")]),
        ("松溪镇、柳湾镇各建成1个示范工地", [(1, "松溪镇"), (1, "柳湾镇")]),
        ("松溪镇和柳湾镇各1家", [(1, "松溪镇"), (1, "柳湾镇")]),
        ("北桥街道2 家、前门街道 3 家、和平里街道1家", [(2, "北桥街道"), (3, "前门街道"), (1, "和平里街道")]),
        ("松溪镇（30家）、柳湾镇（25家）完成整治", [(30, "松溪镇"), (25, "柳湾镇")]),
        ("松溪镇：锅炉2台、炉灶3个；柳湾镇：锅炉1台", [(2, "松溪镇"), (3, "松溪镇"), (1, "柳湾镇")]),
        ("松溪镇3个村120户，柳湾镇2个村80户", [(3, "松溪镇"), (120, "松溪镇"), (2, "柳湾镇"), (80, "柳湾镇")]),
        ("其中松溪镇8家，经济开发区2家", [(8, "松溪镇"), (2, "经济开发区")]),
        ("松溪镇、柳湾镇共5家", [(5, None)]),
        ("松溪镇、柳湾镇等3个镇开展试点", [(3, None)]),
        ("松溪镇甲村、乙村，柳湾镇丙村3个村", [(3, None)]),
        ("各镇街建成2个站点，相关街道整治3家", [(2, None), (3, None)]),
        ("淘汰平原地区10蒸吨锅炉", [(10, None)]),
        ("青河区报废老旧车200辆", [(200, None)]),
        ("建设路街道2家、东城街道3家、东大街街道4家", [(2, "建设路街道"), (3, "东城街道"), (4, "东大街街道")]),
        ("对全镇21个村逐户排查", [(21, None)]),
        ("对出现火点的乡镇扣减镇财政50万元", [(50, None)]),
        ("每月最后一个星期五组织清洁行动", []),
        ("16个网点每月抽检1次以上", [(16, None), (1, None)]),
    ],
)
def test_a_town_is_known_by_its_grammar(text, expected):
    assert [(value, town) for value, _, town in measured(text)] == expected


def test_a_limit_over_a_list_of_towns_holds_for_each():
    found = find_quantities("松溪镇、柳湾镇降尘量不高于5.0吨/平方公里·月，云台镇不高于4.5吨/平方公里·月")
    assert [(q.value, q.town) for q in found] == [(5, "松溪镇"), (5, "柳湾镇"), (4.5, "云台镇")]


def test_a_short_name_is_completed_from_the_document():
    text = "完成3个村改造。其中，松溪镇2个、云台1个。"
    assert measured(text, towns=["云台镇"])[-1] == (1, "个", "云台镇")


def test_town_names_are_collected_without_generic_groups():
    text = "各镇街、街乡镇要落实责任，城乡结合部由区住房城乡建设委负责；松溪镇2家、北桥街道1家"
    assert town_names(text) == ["松溪镇", "北桥街道"]


# the real plans


@pytest.mark.parametrize("name", ["000_c7e8269a2825e4ec", "002_dc9aeb2cf5ac5543", "003_7637b8c990200eef"])
def test_quantities_of_the_labelled_tasks(name):
    shared_path("tools/score_plans.py")
    rule = scorer()
    plan = json.loads(shared_path(f"gold/{name}.json").read_text(encoding="utf-8"))
    towns = list(dict.fromkeys(n for t in plan["tasks"] for n in town_names(t["text"])))
    count = rule.Count()
    for task in plan["tasks"]:
        labels = [(rule.quantity(q), q["kind"] in ("target", "limit")) for q in task["quantities"]]
        got = [
            rule.quantity({"value": q.value, "unit": q.unit, "town": q.town})
            for q in find_quantities(task["text"], title=task["title"], towns=towns)
        ]
        must = [q for q, needed in labels if needed]
        every = [q for q, _ in labels]
        hit = sum(min(must.count(q), got.count(q)) for q in set(must))
        right = sum(min(every.count(q), got.count(q)) for q in set(got))
        count.add(hit, hit + len(got) - right, len(must))
    assert count.f1 >= 0.95


# invariants

PIECES = st.sampled_from(
    [
        "松溪镇",
        "3家",
        "5万吨",
        "、",
        "，",
        "。",
        "其中",
        "不低于",
        "以上",
        "每月",
        "一次",
        "2017年",
        "（",
        "）",
        "\n",
        "％",
        "各",
        "10",
        " ",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_a_quantity_is_a_stretch_of_its_text(text):
    for q in find_quantities(text):
        start, end = q.at
        assert 0 <= start < end <= len(text)
        assert q.text == text[start:end]


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text):
    find_quantities(text)


@given(st.integers(1, 99999), st.sampled_from(["家", "台", "万吨", "平方米", "%"]))
def test_full_width_digits_are_digits(value, unit):
    wide = str(value).translate({ord(str(k)): chr(0xFF10 + k) for k in range(10)})
    assert plain(f"完成{wide}{unit}任务") == plain(f"完成{value}{unit}任务") == [(value, unit)]


@pytest.mark.parametrize("piece", ["1", "松溪镇1家，", "镇", "（", "一", "万", "5吨/月·", "每月", "《"])
def test_reading_time_grows_with_the_length_only(piece):
    def seconds(length):
        text = piece * (length // len(piece))
        start = time.perf_counter()
        find_quantities(text)
        return time.perf_counter() - start

    seconds(2000)
    # eight times the text may take eight times as long, not sixty-four times
    assert seconds(32000) < 24 * seconds(4000) + 0.2
