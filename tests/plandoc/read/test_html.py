"""Saved web pages: the text, its tables, none of the site around it and nothing active."""

import pytest

from lantian.plandoc.document import Table
from lantian.plandoc.read import ReadError, read
from tests.plandoc.read.making import cells, lines, spans

TEXT = "全区要加快燃煤锅炉清洁能源改造，加强监督检查，确保按期完成。" * 6
PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>青河区政府</title>
<style>p {{color: red}}</style><script>document.write("偷偷写入")</script></head><body onload="steal()">
<nav><a href="/">首页</a></nav>
<div class="top-nav"><ul><li><a href="/1">政务公开</a><li><a href="/2">办事服务</a><li><a href="/3">互动</a></ul></div>
<div id="breadCrumb">当前位置：<a href="/">首页</a> &gt; 公开</div>
<div><h1>青河区行动计划</h1><p>一、总体要求</p><p onclick="steal()">{text}<iframe src="http://x/">框架</iframe></p></div>
<div class="list"><a href="/a">相关文件甲</a><a href="/b">相关文件乙</a><a href="/c">相关文件丙</a></div>
<div class="page-footer">版权所有</div><p style="display: none">隐藏</p><footer>备案号</footer></body></html>"""


def page(body: str) -> bytes:
    return f"<html><meta charset=utf-8><body>{body}</body></html>".encode()


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("utf-8", "utf-8"), ("gb2312", "gbk"), ("gbk", "gb18030"), ("utf-8", "gbk"), ("gb2312", "utf-8"), ("x", "utf-16")],
)
def test_only_the_text_of_a_page_is_read_whatever_charset_it_claims(charset, encoding):
    document = read(PAGE.format(charset=charset, text=TEXT).encode(encoding))
    assert lines(document) == ["青河区行动计划", "一、总体要求", TEXT]
    assert document.blocks[0].style == "h1"
    assert all(b.whole for b in document.blocks)


def test_nothing_active_is_stored():
    document = read(PAGE.format(charset="utf-8", text=TEXT).encode())
    for word in ("script", "steal", "偷偷", "iframe", "http", "<", "color"):
        assert word not in document.source


def test_the_title_is_kept_where_it_stands_in_a_header():
    titles = '<header><h1>行动计划</h1></header><div class="page-header"><h1>附件</h1></div>'
    assert lines(read(page(f"<article>{titles}<p>{TEXT}</p></article>"))) == ["行动计划", "附件", TEXT]


def test_a_form_around_the_whole_page_is_looked_through_and_a_search_form_is_not():
    search = "<form><input value=1>请输入关键字<select><option>全部</option></select></form>"
    assert lines(read(page(search + f"<form><p>{TEXT}</p><input value=2></form>"))) == [TEXT]


def test_a_page_of_links_alone_is_still_read():
    document = read(page("<ul><li><a href=1>方案甲</a><li><a href=2>方案乙</a><li><a href=3>方案丙</a></ul>"))
    assert lines(document) == ["方案甲", "方案乙", "方案丙"]


def test_blanks_and_line_ends_are_as_a_browser_shows_them():
    document = read(page("<p>\n  &nbsp;　加强\n  监督 <b>检</b>查&mdash;PM<sub>2.5</sub>\n  VOCs</p>"))
    assert lines(document) == ["加强监督 检查—PM2.5 VOCs"]


def test_a_break_parts_lines_that_may_be_half_a_sentence():
    document = read(page("<p>（一）治理<br><br>　　（二）落实</p><p>三</p>"))
    assert [(b.text.text, b.whole) for b in document.blocks] == [
        ("（一）治理", False),
        ("（二）落实", False),
        ("三", True),
    ]


def test_text_outside_of_paragraphs_is_not_lost():
    assert lines(read(page("一<p>二</p>三<div>四<div>五</div>六</div>"))) == list("一二三四五六")


def test_list_items_show_their_numbers():
    html = "<ol start=3><li>甲</li><li><p>乙</p><ol type=a><li>丙</li></ol></li><li value=9>丁</ol><ul><li>戊</ul>"
    assert lines(read(page(html))) == ["3. 甲", "4. 乙", "a. 丙", "9. 丁", "戊"]


def test_preformatted_text_keeps_its_lines():
    blocks = read(page("<pre>第一行\n  第二行\n</pre>")).blocks
    assert [(b.text.text, b.whole) for b in blocks] == [("第一行", False), ("  第二行", False)]


def test_tables_keep_their_merged_cells():
    document = read(
        page(
            "<table><tr><th rowspan=2>序号<th colspan=2>任务<tr><td>甲<td>乙"
            "<tr><td rowspan=0>1<td><p>一</p><p>二</p><td>三<br>四<tr><td>五<td>六</table>"
        )
    )
    assert cells(document) == [
        ["序号", "任务", None],
        [None, "甲", "乙"],
        ["1", "一\n二", "三\n四"],
        [None, "五", "六"],
    ]
    assert spans(document) == {"序号": (2, 1), "任务": (1, 2), "1": (2, 1)}


def test_head_and_foot_stand_where_a_browser_shows_them():
    html = (
        "<table><tfoot><tr><td>合计<td>3</tfoot><tbody><tr><td>甲<td>2</tbody><thead><tr><th>镇<th>数</thead></table>"
    )
    assert cells(read(page(html))) == [["镇", "数"], ["甲", "2"], ["合计", "3"]]


def test_a_table_that_arranges_the_page_is_unwrapped():
    inner = "<table><tr><td>1<td>甲<tr><td>2<td>乙</table>"
    document = read(page(f"<table><tr><td>左栏</td><td><p>一、目标</p><p>{TEXT}</p>{inner}</td></tr></table>"))
    assert lines(document) == ["左栏", "一、目标", TEXT]
    assert cells(document) == [["1", "甲"], ["2", "乙"]]


def test_a_cell_that_is_the_article_is_no_table():
    document = read(
        page(f"<table><tr><td>青河区政府</td></tr><tr><td><p>一、目标</p><p>{TEXT * 3}</p></td></tr></table>")
    )
    assert lines(document) == ["青河区政府", "一、目标", TEXT * 3]


@pytest.mark.parametrize("span", ["99999999", "-3", "x", "0", "2.5"])
def test_absurd_spans_do_no_harm(span):
    document = read(page(f"<table><tr><td colspan={span} rowspan={span}>甲<td>乙<tr><td>丙<td>丁</table>"))
    assert isinstance(document.blocks[0], Table)
    assert len(document.source) < 50


def test_deep_nesting_is_read():
    assert lines(read(page("<div>" * 220 + "深处" + "</div>" * 220))) == ["深处"]


def test_a_web_archive_is_read_without_its_pictures():
    archive = (
        "From: <Saved>\r\nSubject: plan\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; boundary="b"; type="text/html"\r\n\r\n'
        "--b\r\nContent-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        "<html><body><p>=C7=E0=BA=D3=C7=F8</p></body></html>\r\n"
        "--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n"
    )
    assert lines(read(archive.encode(), name="a.mht")) == ["青河区"]


def test_a_web_archive_without_a_page_is_broken():
    archive = (
        b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: image/png\n\nx\n--b--'
    )
    with pytest.raises(ReadError) as caught:
        read(archive)
    assert caught.value.code == "broken"
