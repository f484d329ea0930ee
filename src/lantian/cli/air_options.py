"""Options that several commands of `lantian air` have."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lantian.cli.language import t


class Named(StrEnum):
    """Which end of an hour its name is."""

    end = "end"
    start = "start"


Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE…",
        show_default=False,
        help=t("数据表（csv、csv.gz、xlsx、parquet）。", "Tables of measurements (csv, csv.gz, xlsx, parquet)."),
    ),
]
Edition = Annotated[
    str,
    typer.Option(
        help=t(
            "标准版本：auto（按日期）、2012、2018、2026、2031。", "Standards: auto (by date), 2012, 2018, 2026, 2031."
        )
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", metavar="WHAT=HEADER", help=t("列名，如 pm25=细颗粒物。", "A header, as pm25=fine.")),
]
Units = Annotated[
    list[str] | None,
    typer.Option("--unit", metavar="WHAT=UNIT", help=t("单位，如 co=ug/m3。", "A unit, as co=ug/m3.")),
]
Pollutant = Annotated[
    str | None, typer.Option(help=t("宽表（每站一列）的污染物。", "What a table with a column a station measures."))
]
HourNamed = Annotated[
    Named, typer.Option("--hour-named", help=t("小时以结束还是开始命名。", "Whether an hour is named by its end."))
]
From = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help=t("第一天。", "The first day."))]
To = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help=t("最后一天。", "The last day."))]
