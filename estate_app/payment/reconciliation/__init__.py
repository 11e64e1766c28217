"""Reconciliation: the channels' statements beside our own books, differences worked off by name, and money on the bank account."""
