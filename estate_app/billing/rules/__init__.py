"""Pure arithmetic of billing: charges, tariffs, meters, shares, late fees and allocation. No session, clock or settings.

Money is integer fen, quantities are integer thousandths (`_milli`), prices are integer ten-thousandths of a yuan (`_e4`).
Every line is rounded half up to the fen exactly once, and every total is the sum of its lines.
"""
