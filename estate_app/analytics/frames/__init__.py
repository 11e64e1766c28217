"""Lazy Polars frames over the extracts of `analytics.schema`: what is counted, and how. Pure: no files, no clock.

Each function takes a filtered LazyFrame and returns one whose columns its docstring names. Dates are Shanghai's, shares
and rates run from 0 to 1, money is integer fen.
"""
