"""Word documents: what stands on the printed page, in order, with numbers and merged cells."""

import io

import docx as python_docx

from lantian.plandoc.document import Table
from lantian.plandoc.read import read
from tests.plandoc.read.making import STRICT, cell, cells, level, lines, one_list, para, spans, table, word


def test_paragraphs_are_whole_and_name_their_headings():
    made = python_docx.Document()
    made.add_heading("青河区行动计划", 0)
    made.add_heading("一、总体要求", 1)
    made.add_paragraph("全区要改善空气质量。")
    out = io.BytesIO()
    made.save(out)
    found = [(b.text.text, b.style, b.whole) for b in read(out.getvalue()).blocks]
    assert found == [
        ("青河区行动计划", "title", True),
        ("一、总体要求", "heading 1", True),
        ("全区要改善空气质量。", "", True),
    ]


def test_an_outline_level_makes_a_heading_whatever_the_style_is_called():
    styles = (
        '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="公文一级"/><w:basedOn w:val="b"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    )
    document = read(word(para("主要任务", style="a"), styles=styles))
    assert document.blocks[0].style == "heading 2"


def test_styles_that_are_based_on_each_other_end():
    styles = (
        '<w:style w:styleId="a"><w:basedOn w:val="b"/></w:style><w:style w:styleId="b"><w:basedOn w:val="a"/></w:style>'
    )
    assert lines(read(word(para("主要任务", style="a"), styles=styles))) == ["主要任务"]


def test_breaks_set_by_hand_part_lines_that_may_be_half_a_sentence():
    more = "<w:r><w:br/><w:t>行动计划</w:t><w:tab/><w:t>草案</w:t></w:r>"
    blocks = read(word(para("青河区", more=more))).blocks
    assert [(b.text.text, b.whole) for b in blocks] == [("青河区", False), ("行动计划\t草案", False)]


def test_deleted_text_is_out_and_inserted_text_is_in():
    more = "<w:ins><w:r><w:t>12台</w:t></w:r></w:ins><w:del><w:r><w:delText>10台</w:delText></w:r></w:del>"
    more += "<w:moveFrom><w:r><w:t>旧处</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>新处</w:t></w:r></w:moveTo>"
    assert lines(read(word(para("改造锅炉", more=more)))) == ["改造锅炉12台新处"]


def test_a_deleted_paragraph_mark_joins_two_paragraphs():
    cut = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>加强</w:t></w:r></w:p>"
    assert lines(read(word(cut + para("监督检查。")))) == ["加强监督检查。"]


def test_a_deleted_list_item_is_not_counted():
    gone = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr></w:pPr>'
        "<w:del><w:r><w:delText>旧任务</w:delText></w:r></w:del></w:p>"
    )
    body = para("甲", list_id=1) + gone + para("乙", list_id=1)
    assert lines(read(word(body, numbering=one_list(level(0, "decimal", "%1、"))))) == ["1、甲", "2、乙"]


def test_hidden_text_is_left_out_by_run_and_by_style():
    styles = '<w:style w:type="character" w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>'
    more = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>批注</w:t></w:r>"
    more += '<w:r><w:rPr><w:rStyle w:val="h"/></w:rPr><w:t>内部</w:t></w:r>'
    more += '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>公开</w:t></w:r>'
    assert lines(read(word(para("全文", more=more), styles=styles))) == ["全文公开"]


def test_a_field_shows_its_result_not_its_instruction():
    more = (
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>REF a</w:instrText><w:t>x</w:t>'
        '<w:fldChar w:fldCharType="separate"/><w:t>附件1</w:t><w:fldChar w:fldCharType="end"/></w:r>'
        '<w:fldSimple w:instr="DATE"><w:r><w:t>2018年</w:t></w:r></w:fldSimple>'
    )
    assert lines(read(word(para("详见", more=more)))) == ["详见附件12018年"]


def test_a_field_that_never_ends_hides_nothing():
    open_field = '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText></w:r>'
    assert lines(read(word(para("甲", more=open_field) + para("乙")))) == ["甲", "乙"]


def test_line_ends_in_the_file_are_no_line_breaks():
    assert lines(read(word(para("松溪镇\n柳湾镇")))) == ["松溪镇 柳湾镇"]


def test_a_ringed_number_made_by_a_field_is_a_character():
    more = (
        r'<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>eq \o\ac(○,3)</w:instrText>'
        '<w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>柳湾镇</w:t></w:r>'
    )
    assert lines(read(word(para(more=more)))) == ["③柳湾镇"]


def test_symbols_formulas_and_special_hyphens_are_kept():
    more = (
        '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r><m:oMath><m:sSub><m:e><m:r><m:t>PM</m:t></m:r></m:e><m:sub>'
        "<m:r><m:t>2.5</m:t></m:r></m:sub></m:sSub></m:oMath><w:r><w:t>A</w:t><w:noBreakHyphen/><w:t>B</w:t></w:r>"
    )
    assert lines(read(word(para(more=more)))) == ["≥PM2.5A-B"]


def test_a_text_box_is_read_once_after_its_paragraph():
    box = f"<w:txbxContent>{para('附件1')}</w:txbxContent>"
    more = (
        f"<w:r><mc:AlternateContent><mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}"
        "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert lines(read(word(para("正文", more=more)))) == ["正文", "附件1"]


def test_content_controls_are_looked_through():
    inner = f"<w:sdt><w:sdtContent>{cell('甲')}</w:sdtContent></w:sdt>"
    body = f"<w:sdt><w:sdtContent>{para('一、目标')}{table([inner, cell('乙')])}</w:sdtContent></w:sdt>"
    document = read(word(body))
    assert lines(document) == ["一、目标"]
    assert cells(document) == [["甲", "乙"]]


def test_the_table_of_contents_is_left_out():
    styles = '<w:style w:type="paragraph" w:styleId="t"><w:name w:val="toc 1"/></w:style>'
    assert lines(read(word(para("一、目标\t3", style="t") + para("一、目标"), styles=styles))) == ["一、目标"]


def test_notes_and_pictures_are_told_of():
    more = '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:pict><v:imagedata/></w:pict></w:r>'
    warnings = read(word(para("正文", more=more))).warnings
    assert "1 footnotes" in warnings[0]
    assert "1 pictures" in warnings[1]


def test_printed_page_breaks_give_pages():
    broken = para("甲", more="<w:r><w:lastRenderedPageBreak/><w:t>乙</w:t></w:r>")
    after = para(more="<w:r><w:lastRenderedPageBreak/><w:t>丙</w:t></w:r>")
    document = read(word(broken + after + table([cell("丁"), cell("戊")])))
    assert [b.page for b in document.blocks] == [1, 3, 3]
    assert document.pages == 3


def test_page_breaks_set_by_hand_count_only_where_none_are_printed():
    by_hand = para("甲", more='<w:r><w:br w:type="page"/></w:r>') + para("乙")
    assert [b.page for b in read(word(by_hand)).blocks] == [1, 2]
    both = by_hand + para(more="<w:r><w:lastRenderedPageBreak/><w:t>丙</w:t></w:r>")
    assert [b.page for b in read(word(both)).blocks] == [1, 1, 2]


# Tables


def test_merged_cells_stand_once_with_their_spans():
    made = python_docx.Document()
    grid = made.add_table(3, 3)
    for r in range(3):
        for c in range(3):
            grid.cell(r, c).text = f"{r}{c}"
    grid.cell(1, 0).merge(grid.cell(2, 0)).text = "松溪镇"
    grid.cell(0, 1).merge(grid.cell(0, 2)).text = "任务"
    out = io.BytesIO()
    made.save(out)
    document = read(out.getvalue())
    assert cells(document) == [["00", "任务", None], ["松溪镇", "11", "12"], [None, "21", "22"]]
    assert spans(document) == {"任务": (1, 2), "松溪镇": (2, 1)}


def test_a_cell_merged_both_ways_covers_its_block():
    wide = '<w:gridSpan w:val="2"/>'
    document = read(
        word(
            table(
                [cell("块", wide + '<w:vMerge w:val="restart"/>'), cell("a")],
                [cell("", wide + "<w:vMerge/>"), cell("b")],
                [cell("c"), cell("d"), cell("e")],
            )
        )
    )
    assert cells(document) == [["块", None, "a"], [None, None, "b"], ["c", "d", "e"]]
    assert spans(document) == {"块": (2, 2)}


def test_a_new_merge_below_a_merge_is_a_cell_of_its_own():
    start, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [[cell(t, m), cell("x")] for t, m in [("甲", start), ("", on), ("乙", start), ("", on)]]
    assert spans(read(word(table(*rows)))) == {"甲": (2, 1), "乙": (2, 1)}


def test_edges_drawn_a_hair_apart_are_one_column():
    wide = '<w:gridSpan w:val="2"/>'
    document = read(word(table([cell("1"), cell("甲", wide)], [cell("2", wide), cell("乙")], widths=[1000, 30, 3000])))
    assert cells(document) == [["1", "甲"], ["2", "乙"]]


def test_a_row_that_begins_late_leaves_an_empty_cell():
    late = f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{cell("乙")}</w:tr>'
    made = f"<w:tbl><w:tr>{cell('1')}{cell('甲')}</w:tr>{late}</w:tbl>"
    assert cells(read(word(made))) == [["1", "甲"], ["", "乙"]]


def test_a_deleted_row_is_left_out():
    gone = f"<w:tr><w:trPr><w:del/></w:trPr>{cell('旧')}{cell('旧')}</w:tr>"
    made = f"<w:tbl><w:tr>{cell('1')}{cell('甲')}</w:tr>{gone}</w:tbl>"
    assert cells(read(word(made))) == [["1", "甲"]]


def test_a_table_inside_a_cell_becomes_lines_of_the_cell():
    inner = para("分解：") + table([cell("松溪镇"), cell("9家")], [cell("柳湾镇"), cell("12家")]) + para()
    assert cells(read(word(table([cell("1"), cell(inner=inner)])))) == [["1", "分解：\n松溪镇 9家\n柳湾镇 12家"]]


def test_a_frame_around_text_is_no_table():
    document = read(word(table([cell(inner=para("一、目标") + para("二、任务"))])))
    assert lines(document) == ["一、目标", "二、任务"]
    assert not any(isinstance(b, Table) for b in document.blocks)


def test_automatic_numbers_in_a_table_column_are_text():
    numbering = one_list(level(0, "decimal", "%1"))
    rows = [[cell(inner=para(list_id=1)), cell(t)] for t in ("甲", "乙", "丙")]
    assert cells(read(word(table(*rows), numbering=numbering))) == [["1", "甲"], ["2", "乙"], ["3", "丙"]]


def test_places_name_table_row_and_column():
    document = read(word(para("标题") + table([cell("a"), cell("b")], [cell("c"), cell("目标")])))
    place = document.place(document.source.index("目标"))
    assert (place.table, place.row, place.column) == (1, 2, 2)


def test_strict_documents_read_like_usual_ones():
    strict = word(para("正文"), namespaces=STRICT)
    assert lines(read(strict)) == ["正文"]
