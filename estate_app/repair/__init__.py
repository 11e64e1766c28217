"""Repairs: from the report to the rating."""
