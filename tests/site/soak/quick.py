"""The platform's settings, with passwords that are hashed quickly: a third of a second of each login says nothing here.

The long forms are served as an office is.
"""

from lantian.site.settings import *  # noqa: F403

PASSWORD_HASHERS = ["tests.site.soak.passwords.Quick"]
