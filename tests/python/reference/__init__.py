"""A second implementation of the scheme format, in exact fractions, written from docs/scheme-format.md alone.

It shares no code with the library and does not care for speed. `python3 dev.py reference` draws thousands of random
schemes and data, and compares what both say.
"""
