"""PDF: printed lines and ruled tables, from the text layer and the lines drawn on the page."""

import pytest
from PIL import Image

from lantian.plandoc.document import Line, Table
from lantian.plandoc.read import read
from lantian.plandoc.read.glyphs import Glyph, printed_lines
from lantian.plandoc.read.ruling import Rule, Ruling
from tests.plandoc.read.making import FONT, cells, drawn, lines, ruled, spans


def test_lines_have_page_and_number():
    def first(canvas):
        canvas.drawString(72, 780, "青河区行动计划")
        canvas.drawString(72, 760, "全区要改善空气质量，确保完成任")

    def second(canvas):
        canvas.drawString(72, 780, "务。")

    document = read(drawn(first, second))
    found = [(b.text.text, b.page, b.number, b.whole) for b in document.blocks]
    assert found == [
        ("青河区行动计划", 1, 1, False),
        ("全区要改善空气质量，确保完成任", 1, 2, False),
        ("务。", 2, 1, False),
    ]
    assert document.pages == 2
    assert document.place(document.source.index("务。")).page == 2


def test_reading_order_is_that_of_the_page_not_of_the_file():
    def draw(canvas):
        canvas.drawString(72, 700, "第二行")
        canvas.drawString(200, 780, "右")
        canvas.drawString(72, 780, "左")

    assert lines(read(drawn(draw))) == ["左 右", "第二行"]


def test_subscripts_stay_on_their_line():
    def draw(canvas):
        canvas.drawString(72, 780, "PM")
        canvas.setFont(FONT, 7)
        canvas.drawString(91, 777, "2.5")
        canvas.setFont(FONT, 12)
        canvas.drawString(102, 780, "浓度")

    assert lines(read(drawn(draw))) == ["PM2.5浓度"]


def test_text_printed_twice_to_look_bold_is_read_once():
    def draw(canvas):
        canvas.drawString(72, 780, "一一对应")
        canvas.drawString(72.4, 780, "一一对应")

    assert lines(read(drawn(draw))) == ["一一对应"]


def test_a_turned_page_reads_as_it_is_shown():
    def draw(canvas):
        canvas.setPageRotation(90)
        canvas.translate(500, 100)
        canvas.rotate(90)
        canvas.drawString(0, 0, "第一行")
        canvas.drawString(0, -20, "第二行")

    assert lines(read(drawn(draw))) == ["第一行", "第二行"]


@pytest.mark.parametrize(("angle", "corner"), [(90, (595, 0)), (-90, (0, 842)), (180, (595, 842))])
def test_a_page_set_sideways_is_read_as_its_text_runs(angle, corner):
    def draw(canvas):
        canvas.translate(*corner)
        canvas.rotate(angle)
        for k, text in enumerate(["第一行说明", "第二行"]):
            canvas.drawString(80, 500 - 20 * k, text)
        canvas.grid([80, 180, 300], [300, 340, 380])
        for x, y, text in [(90, 350, "序号"), (190, 350, "任务"), (90, 310, "1"), (190, 310, "淘汰锅炉")]:
            canvas.drawString(x, y, text)

    document = read(drawn(draw))
    assert lines(document) == ["第一行说明", "第二行"]
    assert cells(document) == [["序号", "任务"], ["1", "淘汰锅炉"]]


def test_a_slanted_watermark_is_left_out():
    def draw(canvas):
        for k in range(6):
            canvas.drawString(80, 700 - 40 * k, "淘汰燃煤锅炉，十月底前完成。")
        canvas.translate(80, 500)
        canvas.rotate(45)
        canvas.drawString(0, 0, "内部文件")

    assert lines(read(drawn(draw))) == ["淘汰燃煤锅炉，十月底前完成。"] * 6


def test_radicals_that_pdf_fonts_put_for_characters_are_set_right():
    glyphs = [Glyph(10 * k, 10 * k + 10, 0, 10, 5, c) for k, c in enumerate("⼤⽓⻛⻓")]
    assert [line.text for line in printed_lines(glyphs)] == ["大气风长"]


# Tables

ROWS = [["序号", "任务", "时限", "单位"], *([str(k), f"任务{k}", "年底前", "区环保局"] for k in range(1, 6))]


def test_a_ruled_table_is_read_by_its_lines():
    document = read(ruled(ROWS))
    assert cells(document) == ROWS
    assert lines(document) == []
    assert all(c.wrapped for row in document.blocks[0].rows for c in row if c)


def test_merged_cells_are_what_no_line_parts():
    document = read(ruled(ROWS, ("SPAN", (1, 1), (1, 3)), ("SPAN", (2, 0), (3, 0)), ("SPAN", (2, 4), (3, 5))))
    assert cells(document)[0] == ["序号", "任务", "时限", None]
    assert [row[1] for row in cells(document)] == ["任务", "任务1", None, None, "任务4", "任务5"]
    assert spans(document) == {"时限": (1, 2), "任务1": (3, 1), "年底前": (2, 2)}


def test_lines_of_a_cell_are_kept_apart():
    rows = [["序号", "任务"], ["1", "淘汰燃煤锅炉\n完成改造"]]
    assert cells(read(ruled(rows))) == rows


def test_a_table_over_pages_is_one_table_a_page_with_its_header_again():
    document = read(ruled([ROWS[0], *([str(k), "任务", "年底前", "区环保局"] for k in range(90))]))
    tables = [b for b in document.blocks if isinstance(b, Table)]
    assert [t.page for t in tables] == [1, 2, 3]
    assert all(cells(document, k)[0] == ROWS[0] for k in range(3))
    assert sum(len(t.rows) - 1 for t in tables) == 90


def test_shaded_cells_and_a_white_page_change_nothing():
    shade = [("BACKGROUND", (0, 0), (-1, 0), "#dddddd"), ("BACKGROUND", (0, 1), (-1, -1), "#ffffff")]
    assert cells(read(ruled(ROWS, *shade))) == ROWS


def test_text_around_a_table_keeps_its_place():
    def draw(canvas):
        canvas.drawString(72, 780, "附件")
        canvas.grid([72, 150, 300], [700, 720, 740])
        for x, y, text in [(75, 725, "甲"), (155, 725, "乙"), (75, 705, "丙"), (155, 705, "丁")]:
            canvas.drawString(x, y, text)
        canvas.drawString(72, 660, "— 12 —")

    document = read(drawn(draw))
    assert [type(b) for b in document.blocks] == [Line, Table, Line]
    assert cells(document) == [["甲", "乙"], ["丙", "丁"]]
    assert lines(document) == ["附件", "— 12 —"]


def test_a_table_drawn_with_thin_boxes_inside_a_form():
    def draw(canvas):
        canvas.beginForm("rules")
        for x in (0, 80, 200):
            canvas.rect(x, 0, 0.5, 40, stroke=0, fill=1)
        for y in (0, 20, 40):
            canvas.rect(0, y, 200, 0.5, stroke=0, fill=1)
        canvas.endForm()
        canvas.translate(72, 600)
        canvas.doForm("rules")
        canvas.setFont(FONT, 12)
        for x, y, text in [(4, 25, "甲"), (84, 25, "乙"), (4, 5, "丙"), (84, 5, "丁")]:
            canvas.drawString(x, y, text)

    assert cells(read(drawn(draw))) == [["甲", "乙"], ["丙", "丁"]]


def test_two_tables_on_a_page_do_not_cut_each_other():
    def draw(canvas):
        canvas.grid([72, 150, 300], [700, 720, 740])
        canvas.grid([72, 200, 250, 300], [600, 620, 640])
        for x, y, text in [(75, 725, "甲"), (155, 725, "乙"), (75, 605, "丙"), (205, 605, "丁"), (255, 605, "戊")]:
            canvas.drawString(x, y, text)

    document = read(drawn(draw))
    assert cells(document, 0) == [["甲", "乙"], ["", ""]]
    assert cells(document, 1) == [["", "", ""], ["丙", "丁", "戊"]]


def test_an_underline_and_a_frame_are_no_tables():
    def draw(canvas):
        canvas.drawString(72, 780, "标题")
        canvas.line(72, 778, 120, 778)
        canvas.rect(60, 700, 300, 60)
        canvas.drawString(72, 720, "框中的话")

    assert lines(read(drawn(draw))) == ["标题", "框中的话"]


def test_open_sides_are_closed():
    level = [Rule(False, y, 100, 400) for y in (0, 20, 40)]
    page = Ruling([*level, Rule(True, 250, 0, 40)])
    assert len(page.tables) == 1
    assert len(page.tables[0]) == 4


def test_dashed_and_doubled_lines_are_lines():
    dashes = [Rule(False, y, x, x + 4) for y in (0, 20, 20.8, 40) for x in range(0, 200, 6)]
    upright = [Rule(True, x, 0, 40) for x in (0, 100, 100.9, 199)]
    page = Ruling([*dashes, *upright])
    assert len(page.boxes) == 4
    assert page.cell_at(50, 30) != page.cell_at(150, 30)
    assert page.cell_at(500, 30) == 0


def test_too_many_lines_on_a_page_cost_a_warning():
    def draw(canvas):
        canvas.drawString(72, 780, "图")
        canvas.grid([k * 5 for k in range(90)], [k * 5 for k in range(90)])
        for k in range(7000):
            canvas.line(k % 500, k % 700, k % 500 + 5, k % 700)

    document = read(drawn(draw))
    assert "图" in document.source
    assert "tables were read as text" in document.warnings[0]


@pytest.mark.parametrize("blank", [0, 1])
def test_single_pages_without_text_are_named(blank):
    def text(canvas):
        canvas.drawString(72, 780, "正文")

    def picture(canvas):
        canvas.drawInlineImage(one_pixel(), 0, 0, 500, 700)

    document = read(drawn(*([picture, text] if blank == 0 else [text, picture])))
    assert lines(document) == ["正文"]
    assert f"Pages {blank + 1} are pictures" in document.warnings[0]


def one_pixel():
    return Image.new("RGB", (4, 4), "gray")


def test_a_reader_is_told_page_by_page_and_can_stop():
    def draw(canvas):
        canvas.drawString(72, 780, "青河区行动计划")

    shares = []
    read(drawn(*[draw] * 4), told=shares.append)
    assert shares == [0.25, 0.5, 0.75, 1.0, 1.0]

    def stop(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read(drawn(draw), told=stop)
