"""`lantian plan export` as a whole process: wall time and peak memory on real plans and on a long PDF.

The bounds are 1.5 s and 300 MB for a plan, 30 s for 200 pages of PDF with tables.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

SHARED = Path(os.environ.get("LANTIAN_SHARED", "../shared"))
ROUNDS = 3
FONT = "STSong-Light"
ROWS_A_PAGE = 12


def measure(file: Path) -> tuple[float, float]:
    """(seconds, peak memory in MB) of one export of a file."""
    command = [sys.executable, "-m", "lantian", "plan", "export", str(file)]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    return time.perf_counter() - start, _megabytes(used)


def _megabytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)


def long_pdf(path: Path, pages: int) -> None:
    """A plan of so many pages with a ruled table on each, self-written."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    cell = ParagraphStyle("cell", fontName=FONT, fontSize=9, leading=12, wordWrap="CJK")
    rows = [["序号", "重点任务", "牵头单位", "责任单位", "完成时限"]]
    for k in range(1, pages * ROWS_A_PAGE + 1):
        text = Paragraph(f"完成松溪镇第{k}号施工工地扬尘整治，清运裸露土方{k}立方米并全部苫盖。", cell)
        rows.append([str(k), text, "区生态环境局", "松溪镇、柳湾镇", "2026年10月底前"])
    table = Table(rows, colWidths=[35, 230, 80, 90, 90], rowHeights=[30] + [54] * (len(rows) - 1), repeatRows=1)
    table.setStyle(TableStyle([("FONT", (0, 0), (-1, -1), FONT, 9), ("GRID", (0, 0), (-1, -1), 0.5, colors.black)]))
    title = ParagraphStyle("title", fontName=FONT, fontSize=16, leading=24, alignment=1)
    SimpleDocTemplate(str(path), pagesize=A4).build([Paragraph("云岭市青河区2026年大气污染防治行动方案", title), table])


def main() -> None:
    files = sorted(SHARED.glob("seeds/*.*"))
    print(f"{'file':<44}{'seconds':>9}{'MB':>8}   best of {ROUNDS}")
    for file in files:
        seconds, megabytes = min(measure(file) for _ in range(ROUNDS))
        print(f"{file.name:<44}{seconds:9.2f}{megabytes:8.0f}")
    if not files:
        print(f"(no real plans below LANTIAN_SHARED={SHARED})")
    with tempfile.TemporaryDirectory() as directory:
        for pages in (20, 200):
            file = Path(directory) / f"table-{pages}-pages.pdf"
            long_pdf(file, pages)
            seconds, megabytes = measure(file)
            print(f"{file.name:<44}{seconds:9.2f}{megabytes:8.0f}")
