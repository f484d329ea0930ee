"""Stop early, and in words, when this Python cannot make the virtual environment."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  any Python may run this file
    sys.exit(f"Python 3.11 or later is needed, this is {sys.version.split()[0]}: make PYTHON=/path/to/python3.11 …")
try:
    import ensurepip  # noqa: F401  Debian ships it in a package of its own
    import venv  # noqa: F401
except ImportError:
    sys.exit("Python's venv is missing: apt-get install -y python3-venv")
