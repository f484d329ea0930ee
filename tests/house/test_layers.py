"""What import-linter cannot see because it looks at names alone: that a library command really leaves Django out."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("arguments", [["--version"], ["plan", "--help"], ["rules", "list"]], ids=" ".join)
def test_a_library_command_never_loads_django(arguments: list[str]):
    code = (
        "import sys; from lantian.cli import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit as end: print(end.code or 0, 'django' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.split()[-2:] == ["0", "False"]
