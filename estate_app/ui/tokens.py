"""Names of the look: every call site says a name, `assets/css/tokens.css` holds the value."""

from typing import Literal

Colour = Literal[
    "text", "text-soft", "surface", "app-bg", "hairline", "row-line", "accent-fill", "accent-text", "accent-soft",
    "success-text", "success-soft", "warning-text", "warning-soft", "danger-text", "danger-soft", "danger-fill", "star",
    "fill-soft", "track",
]  # fmt: skip
Gap = Literal["0", "1", "2", "3", "4", "5", "6", "7"]
TextSize = Literal["1", "2", "3", "5", "6"]
Radius = Literal["control", "photo", "card", "dialog", "sheet", "full"]


def colour(name: Colour) -> str:
    """The CSS value of a colour role."""
    return f"var(--{name})"


def gap(size: Gap) -> str:
    """The CSS value of a step of space (4 · 8 · 12 · 16 · 24 · 32 · 40)."""
    return "0" if size == "0" else f"var(--gap-{size})"


def radius(name: Radius) -> str:
    """The CSS value of a corner."""
    return f"var(--radius-{name})"
