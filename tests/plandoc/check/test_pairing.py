"""Body against annex."""

from datetime import date

from tests.plandoc.check.plans import said, task

STOVES = "根据排查情况，完成辖区茶炉大灶、经营性小煤炉淘汰取缔任务，采取拆除等方式，不具备复产条件。"
SITES = "对全区规模以上土石方建筑工地安装在线监测和视频监控设备，与执法部门联网共享信息。"


def body(text, **fields):
    return task(text, number=fields.pop("number", "1"), part="body", **fields)


def annex(text, **fields):
    return task(text, part="annex-table", **fields)


def due(day):
    return {"deadline": date.fromisoformat(day), "due": date.fromisoformat(day), "recurrence": "once"}


def test_two_dates_for_one_measure_are_found_with_both_dates():
    [finding] = said(
        "body_annex_date",
        body(f"2020年9月底前，{STOVES}", number="11"),
        annex(STOVES, deadline_text="2020年10月底前", **due("2020-10-31")),
        annex(SITES, deadline_text="2020年12月", **due("2020-12-31")),
    )
    assert "2020-09-30（“2020年9月底前”）" in finding.message
    assert "2020-10-31（“2020年10月底前”）" in finding.message
    assert finding.task_numbers == ["11", "annex:1"]


def test_a_date_governs_only_its_own_clause():
    text = "完善台账，10月底前完成4家生物质锅炉企业提标改造，12月底前完成11家铸造锻造企业治理改造任务。"
    assert not said(
        "body_annex_date",
        body(text),
        annex("完成全区4家生物质锅炉企业提标改造。", deadline_text="10月", **due("2020-10-31")),
        annex("完成11家铸造锻造企业治理改造任务。", deadline_text="12月", **due("2020-12-31")),
    )


def test_another_measure_of_the_same_item_is_not_compared():
    assert not said(
        "body_annex_date",
        body(f"2020年9月底前，{STOVES}"),
        annex("严防茶炉反弹，每月组织排查。", deadline_text="2020年12月底前", **due("2020-12-31")),
    )


def test_a_milestone_in_the_row_itself_goes_before_its_cell():
    assert not said(
        "body_annex_date",
        body(f"2020年9月15日前，{SITES}"),
        annex(f"2020年9月15日前，{SITES}", deadline_text="2020年12月底前", **due("2020-12-31")),
    )


def test_a_vague_cell_beside_a_date_in_the_text_is_noted():
    [finding] = said("body_annex_date", annex(f"2020年10月底前，{SITES}", deadline_text="按要求执行"))
    assert finding.severity == "note"
    assert "“按要求执行”" in finding.message
    assert "2020-10-31" in finding.message


def test_two_numbers_for_one_thing_are_found_with_both_numbers():
    [finding] = said(
        "body_annex_number",
        body("各镇街共完成300台燃煤锅炉清洁能源改造。", number="10"),
        annex("完成763台燃煤锅炉清洁能源改造任务。"),
        annex("完成10台燃气锅炉低氮改造。"),
    )
    assert "300 与 763 相差 463 台" in finding.message
    assert finding.task_numbers == ["10", "annex:1"]


def test_a_minimum_may_be_exceeded_but_not_by_far():
    slightly = annex("完成320台燃煤锅炉清洁能源改造任务。")
    by_far = annex("完成763台燃煤锅炉清洁能源改造任务。")
    text = "各镇街共完成300台以上燃煤锅炉清洁能源改造。"
    assert not said("body_annex_number", body(text), slightly)
    assert said("body_annex_number", body(text), by_far)


def test_equal_numbers_in_other_words_agree():
    assert not said(
        "body_annex_number",
        body("压减煤炭消费总量3万吨。"),
        annex("力争全年压减煤炭消费总量30000吨。"),
    )


def test_rows_that_share_a_number_of_the_body_are_its_parts():
    assert not said(
        "body_annex_number",
        body("共完成300台燃煤锅炉清洁能源改造。"),
        annex("完成100台燃煤锅炉清洁能源改造。", lead=["区教委"]),
        annex("完成200台燃煤锅炉清洁能源改造。", lead=["区卫健委"]),
    )
