"""Frames drawn as Plotly figures after the product's chart rules: no titles, few ticks, direct labels, honest intervals.

Title, unit and finding stand outside a figure. Every figure carries the ids of what was drawn in `customdata`, for drilling.
"""
