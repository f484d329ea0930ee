"""The tree of commands."""

from __future__ import annotations

from typing import Annotated

import typer

from lantian import __version__
from lantian.cli import air, audit, ledgers, plan, rules
from lantian.cli.demo import demo
from lantian.cli.doctor import doctor
from lantian.cli.import_plan import import_plan
from lantian.cli.init import init
from lantian.cli.language import t
from lantian.cli.serve import serve

app = typer.Typer(
    name="lantian",
    help=t(
        "蓝天：从方案文件到证据，管好一个区的大气污染防治攻坚。",
        "Lantian: runs a district's clean-air campaign from the plan document to the evidence.",
    ),
    epilog=t(
        "退出码：0 完成；1 检查发现问题；2 用法错误；3 文件无法读取；4 平台拒绝；5 安装不完整；130 已中断。",
        "Exit status: 0 done, 1 findings, 2 usage, 3 unreadable file, 4 refused, 5 incomplete installation, "
        "130 interrupted.",
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(plan.app, name="plan")
app.add_typer(rules.app, name="rules")
app.add_typer(ledgers.app, name="ledgers")
app.add_typer(air.app, name="air")
app.add_typer(audit.app, name="audit")

app.command(help=t("建立或升级数据库，设立首位管理员。", "Make or update the database and its first administrator."))(
    init
)
app.command(help=t("启动平台：网页服务和后台任务。", "Run the platform: web server and job worker."))(serve)
app.command("import-plan", help=t("把方案文件导入平台。", "Import plan documents into the platform."))(import_plan)
app.command(help=t("启动演示区。", "Run the demo district."))(demo)
app.command(help=t("检查安装并告诉你怎么办。", "Look at this installation and say what to do."))(doctor)


def _version(asked: bool) -> None:
    if asked:
        print(f"lantian {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help=t("显示版本。", "Show the version.")),
    ] = False,
) -> None:
    """Options of `lantian` itself."""
