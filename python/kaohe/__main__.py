"""Lets `python -m kaohe` be the command line."""

import sys

from kaohe.cli import main

if __name__ == "__main__":
    sys.exit(main())
