"""`lantian air`: air quality at the terminal, from numbers or from files, without the platform."""

from __future__ import annotations

import sys
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lantian.cli.air_files import areas_by, days_of, installed, layout_of, load, load_values, named_span, rained
from lantian.cli.air_options import Columns, Edition, Files, From, HourNamed, Named, Pollutant, To, Units
from lantian.cli.air_plot import plot
from lantian.cli.exits import Exit
from lantian.cli.faults import Stop
from lantian.cli.language import t
from lantian.cli.screen import console, tell, working

if TYPE_CHECKING:
    from pydantic import BaseModel


app = typer.Typer(
    help=t("空气质量：AQI、评价、排名、数据检查。", "Air quality: AQI, evaluation, rankings, checks of data."),
    no_args_is_help=True,
)


class Report(StrEnum):
    """Reports that an index is given for."""

    day = "day"
    hour = "hour"
    platform = "platform"


class By(StrEnum):
    """What results are given for."""

    station = "station"
    area = "area"


class Every(StrEnum):
    """Spans of results."""

    month = "month"
    quarter = "quarter"
    heating = "heating"
    year = "year"
    span = "span"


class Format(StrEnum):
    """Formats of results."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


AreasFile = Annotated[
    Path | None,
    typer.Option("--areas", help=t("站点与行政区对应表（station,area）。", "Areas of stations (station,area).")),
]
OutputFormat = Annotated[Format, typer.Option("--format", "-f", help=t("输出格式。", "Output format."))]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help=t("写入文件；默认标准输出。", "File; default standard output."))
]
Json = Annotated[bool, typer.Option("--json", help=t("以 JSON 输出。", "Print JSON."))]


@app.command(
    help=t(
        "由浓度算 AQI：lantian air aqi --edition 2026 pm25=68 pm10=130 so2=12 no2=55 co=1.2 o3_8h=92",
        "AQI of concentrations: lantian air aqi --edition 2026 pm25=68 pm10=130 so2=12 no2=55 co=1.2 o3_8h=92",
    )
)
def aqi(
    values: Annotated[
        list[str], typer.Argument(metavar="POLLUTANT=VALUE…", help=t("µg/m³，CO 为 mg/m³。", "µg/m³, CO in mg/m³."))
    ],
    report: Annotated[Report, typer.Option(help=t("日报、实时报或平台实时报。", "Kind of report."))] = Report.day,
    edition: Edition = "auto",
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=t("auto 时的日期。", "The day, for auto."))
    ] = None,
    not_monitored: Annotated[
        list[str] | None, typer.Option(help=t("本地不监测的污染物。", "A pollutant that the place does not monitor."))
    ] = None,
    json: Json = False,
) -> None:
    """Index, level and primary pollutants of one day or hour."""
    from lantian.airquality import AirError
    from lantian.airquality.aqi import aqi as of
    from lantian.airquality.results import aqi_result

    day = on.date() if on else None
    if edition == "auto" and day is None:
        day = date.today()
    try:
        found = aqi_result(
            of(_numbers(values), report=report.value, edition=edition, on=day, not_monitored=not_monitored or ())
        )
    except AirError as error:
        raise Stop(Exit.USAGE, error.zh, error.en) from error
    if json:
        _write(_json(found), None)
        return
    from lantian.cli.air_tables import aqi_table

    console().print(aqi_table(found))


@app.command(
    help=t(
        "评价一段时间：均值、百分位数、优良天数、综合指数，按站点或行政区。",
        "Evaluate spans: means, percentiles, days by category, composite index, by station or area.",
    )
)
def evaluate(
    files: Files,
    edition: Edition = "auto",
    first: From = None,
    last: To = None,
    every: Annotated[Every, typer.Option(help=t("按月、季、采暖季、年或整段。", "Spans."))] = Every.month,
    by: Annotated[By, typer.Option(help=t("按站点或行政区。", "By station or area."))] = By.station,
    areas: AreasFile = None,
    city: Annotated[str | None, typer.Option(help=t("采暖季所属城市。", "City of the heating season."))] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            help=t("Dask 集群地址（Parquet 长表）。", "A Dask cluster, for long Parquet tables: tcp://host:port.")
        ),
    ] = None,
    column: Columns = None,
    unit: Units = None,
    pollutant: Pollutant = None,
    hour_named: HourNamed = Named.end,
    format: OutputFormat = Format.table,
    output: Output = None,
) -> None:
    """Statistics of every span, a row for each station or area."""
    with installed():
        from lantian.airquality.results import evaluation_result
        from lantian.cli.air_files import Question, from_files, over_cluster
        from lantian.cli.air_tables import evaluation_rows, evaluation_table
    layout = layout_of(column, unit, pollutant, hour_named.value)
    asked = Question(every.value, city, first, last, edition, areas_by(by.value, areas))
    found, report = over_cluster(files, layout, asked, cluster) if cluster else from_files(files, layout, asked)
    result = evaluation_result(report, found)
    _give(result, evaluation_rows(result), lambda: evaluation_table(result), format, output)


@app.command(
    help=t(
        "排名：按综合指数或任一指标，有上年数据时给出同比和位次变化。",
        "Rank by the composite index or any metric, with the year before where the files hold it.",
    )
)
def rank(
    files: Files,
    metric: Annotated[
        str,
        typer.Option(
            help=t(
                "index、pm25、pm10、so2、no2、co、o3、good_days、good_share、heavy_days。",
                "The metric; index is composite.",
            )
        ),
    ] = "index",
    edition: Edition = "auto",
    first: From = None,
    last: To = None,
    by: Annotated[By, typer.Option(help=t("按站点或行政区。", "By station or area."))] = By.station,
    areas: AreasFile = None,
    column: Columns = None,
    unit: Units = None,
    pollutant: Pollutant = None,
    hour_named: HourNamed = Named.end,
    format: OutputFormat = Format.table,
    output: Output = None,
) -> None:
    """Places of stations or areas over the days from --from to --to."""
    with installed():
        from lantian.airquality.overview import ranking
        from lantian.airquality.results import ranking_result
        from lantian.cli.air_tables import ranking_rows, ranking_table
    loaded = load(files, layout_of(column, unit, pollutant, hour_named.value))
    found = ranking(
        loaded.hours,
        named_span(*days_of(loaded, first, last)),
        by=metric,
        edition=edition,
        areas=areas_by(by.value, areas),
    )
    result = ranking_result(loaded.report, found)
    _give(result, ranking_rows(result), lambda: ranking_table(result), format, output)


@app.command(
    help=t(
        "检查数据：读到的因子和值数，读入时略去的行，和供人核对的疑点（超量程、不变、突跳、倒挂 …）。",
        "Check files: what was read and left out, and suspicions for a person (range, flat, spike, inversion …).",
    )
)
def check(
    files: Files,
    places: Annotated[
        Path | None,
        typer.Option(help=t("站点坐标（station,lon,lat），用于邻站比较。", "Places of stations (station,lon,lat).")),
    ] = None,
    column: Columns = None,
    unit: Units = None,
    pollutant: Pollutant = None,
    hour_named: HourNamed = Named.end,
    format: OutputFormat = Format.table,
    output: Output = None,
) -> None:
    """Runs of hours that a rule marks."""
    with installed():
        from lantian.airquality.interference import interference
        from lantian.airquality.quality import check as look
        from lantian.airquality.quality import nearest
        from lantian.airquality.read.lists import places_of
        from lantian.airquality.results import check_result
        from lantian.cli.air_tables import check_table, suspicion_rows
    read = load_values(files, layout_of(column, unit, pollutant, hour_named.value))
    hours = read.hours
    with working(t("正在检查 …", "Checking …")):
        near = nearest(places_of(places)) if places else {}
        found = None if hours is None else look(hours, near=near, rain=rained(read))
        signs = [] if hours is None else interference(hours, near)
        result = check_result(read, found, signs)
    _give(result, suspicion_rows(result), lambda: check_table(result), format, output)


app.command(
    help=t(
        "画图存为文件：日历、日变化、周变化、趋势、玫瑰图、极坐标图、条件概率。",
        "Draw a calendar, cycles, a trend, roses or polar plots into a file.",
    )
)(plot)


def _numbers(values: list[str]) -> dict[str, float]:
    found = {}
    for text in values:
        name, equals, value = text.partition("=")
        try:
            found[name] = float(value) if value.strip() else float("nan")
        except ValueError:
            equals = ""
        if not equals:
            raise Stop(Exit.USAGE, f"“{text}”应写成 pm25=68。", f"{text!r} should read pm25=68.")
    return found


def _json(result: BaseModel) -> bytes:
    return (result.model_dump_json(indent=2) + "\n").encode()


def _give(result: BaseModel, rows: list[dict[str, object]], drawn: object, format: Format, output: Path | None) -> None:
    """Print or write a result in the format that was asked for."""
    if format is Format.table and output is None:
        console().print(drawn())  # type: ignore[operator]
        return
    if format is Format.json:
        _write(_json(result), output)
        return
    if format is Format.parquet and output is None and sys.stdout.isatty():
        raise Stop(Exit.USAGE, "parquet 请用 --output 指定文件。", "parquet needs --output FILE.")
    from lantian.cli.air_tables import as_csv, as_parquet, as_text

    content = {Format.csv: as_csv, Format.parquet: as_parquet}.get(format)
    _write(content(rows) if content else as_text(drawn()), output)  # type: ignore[operator]


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    from lantian.plandoc.export.files import write_whole

    write_whole(output, content)
    tell(t(f"已写入 {output}", f"wrote {output}"))
