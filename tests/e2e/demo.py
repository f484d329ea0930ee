"""`python -m tests.e2e.demo`: lays the demo down in the environment's database, on tables that are there."""

from __future__ import annotations

import django


def main() -> None:
    django.setup()

    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    from lantian.site.demo.load import load

    # Passwords are hashed slowly on purpose; who logs in gets the slow hash then.
    PBKDF2PasswordHasher.iterations = 1000
    load()
    print("{}")


if __name__ == "__main__":
    main()
