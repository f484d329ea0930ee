"""`python -m tests.e2e.demo`: lays the demo down in the environment's database, on tables that are there; prints its
logins and what it said on the way.

Laid down in English: what it holds must not depend on the language of who loads it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import django


def main() -> None:
    django.setup()

    from django.utils import translation

    from lantian.site.demo.load import load

    told: list[Any] = []
    with translation.override("en"):
        logins = load(lambda share, message: told.append((share, message)))
    print(json.dumps({"logins": [asdict(login) for login in logins], "told": told}))


if __name__ == "__main__":
    main()
