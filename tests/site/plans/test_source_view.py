"""The document beside the review: every character once, cut where marks begin and end."""

from hypothesis import given
from hypothesis import strategies as st

from lantian.plandoc.plan import Span
from lantian.plandoc.read import read
from lantian.site.plans import source_view
from lantian.site.plans.source_view import around, blocks_of, shown

SOURCE = "一、总则\n清洗道路，年底前完成。\n治理裸地。\n"
BLOCKS = [
    {"kind": "line", "at": [0, 4], "style": "heading 1", "page": 1},
    {"kind": "line", "at": [5, 16], "style": "", "page": 1},
    {"kind": "line", "at": [17, 22], "style": "", "page": 2},
]

spans = st.tuples(st.integers(0, 22), st.integers(0, 22)).map(lambda x: Span(start=min(x), end=max(x)))


@given(st.dictionaries(st.sampled_from("abc"), st.lists(spans, max_size=4)))
def test_pieces_join_to_the_text_and_know_their_marks(marks):
    for block, raw in zip(shown(SOURCE, BLOCKS, marks), BLOCKS, strict=True):
        assert "".join(p.text for p in block.pieces) == SOURCE[slice(*raw["at"])]
        for piece in block.pieces:
            for k in range(piece.start, piece.end):
                expected = {n for n, found in marks.items() for s in found if s.start <= k < s.end}
                assert set(piece.marks.split()) == expected


def test_a_real_document_is_shown_whole(docx):
    document = read(docx.action)
    blocks = shown(document.source, blocks_of(document), {})
    lines = ["".join(p.text for p in b.pieces) for b in blocks if b.kind == "line"]
    cells = ["".join(p.text for p in c.pieces) for b in blocks if b.kind == "table" for r in b.rows for c in r]
    assert "总体要求" in "".join(lines)
    assert "区政府督查室" in cells
    shown_text = sorted("".join(lines + cells).replace("\n", ""))
    assert shown_text == sorted(document.source.replace("\n", ""))


def test_context_of_a_line_is_its_neighbourhood():
    blocks = around(SOURCE, BLOCKS, Span(start=18, end=20), {}, lines=1)
    assert ["".join(p.text for p in b.pieces) for b in blocks] == ["清洗道路，年底前完成。", "治理裸地。"]
    assert blocks[1].new_page


def test_context_of_a_table_row_keeps_the_header_and_the_grid(docx):
    document = read(docx.action)
    blocks = blocks_of(document)
    at = document.source.index("抽检车用汽油")
    (table,) = [
        b for b in around(document.source, blocks, Span(start=at, end=at + 5), {}, lines=1) if b.kind == "table"
    ]
    assert table.rows[0][0].pieces[0].text == "序号"
    assert 3 <= len(table.rows) <= 5
    width = len(table.rows[0])
    covered = [0] * len(table.rows)
    for r, row in enumerate(table.rows):
        for cell in row:
            for k in range(r, min(r + cell.rowspan, len(covered))):
                covered[k] += cell.colspan
    assert covered == [width] * len(covered), "merged cells that reach in must fill the cut table"


def test_text_is_never_markup(db):
    html = b"<html><body><h1>x</h1><p>&lt;script&gt;alert(1)&lt;/script&gt;</p></body></html>"
    document = read(html.replace(b"x", "青河区行动计划".encode()), name="a.html")
    from django.template.loader import render_to_string

    blocks = source_view.shown(document.source, blocks_of(document), {})
    page = render_to_string("plans/parts/source.html", {"document": blocks})
    assert "<script" not in page
    assert "&lt;script&gt;" in page
