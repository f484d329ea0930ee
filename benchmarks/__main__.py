"""`python -m benchmarks [NAME…]`: run all benchmarks, or those named, and keep what they print in build/bench."""

from __future__ import annotations

import importlib
import io
import pkgutil
import sys
from contextlib import redirect_stdout
from pathlib import Path

import benchmarks

KEPT = Path("build") / "bench"


def main(names: list[str]) -> int:
    known = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")]
    if unknown := set(names) - set(known):
        print(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    KEPT.mkdir(parents=True, exist_ok=True)
    for name in names or known:
        out = io.StringIO()
        print(f"=== {name}")
        try:
            with redirect_stdout(out):
                importlib.import_module(f"benchmarks.{name}").main()
        finally:  # one that fails half-way has told something too
            print(out.getvalue())
            (KEPT / f"{name}.txt").write_text(out.getvalue(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
