"""`python -m lantian`: the command line without the console script."""

from lantian.cli import main

main()
