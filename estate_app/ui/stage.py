"""How far a page has come with its data: a State with a var `stage` shows a way to try again when its first load fails."""

from typing import Any

LOADING, READY, FAILED = "loading", "ready", "failed"
MISSING = "missing"
"""There is no such thing, or none that this person may see: the page shows `not_found_panel` instead of offering another try."""


def note_failure(state: Any) -> None:
    """Say on the page that its first load failed; data that are in view stay."""
    if getattr(state, "stage", None) == LOADING:
        state.stage = FAILED
