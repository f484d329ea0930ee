"""`python -m tests.site.soak.tables`: makes the tables of the environment's database."""

from __future__ import annotations

import django


def main() -> None:
    django.setup()

    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print("{}")


if __name__ == "__main__":
    main()
