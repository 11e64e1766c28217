"""Icons: lucide, by name. A literal name is bundled, a var's name is drawn from the sprite in `assets/icons.svg`."""

import reflex as rx
from reflex.vars.base import Var

# The names a view model may carry; `python -m tools.icons` draws the sprite from this list.
SPRITE = frozenset(
    {
        "alarm-clock", "archive", "arrow-down", "arrow-up", "ban", "banknote", "bell", "bell-ring", "blinds", "brick-wall", "bug",
        "building-2", "calendar-clock", "calendar-days", "camera", "car", "cctv", "chart-column", "chart-line", "chart-pie", "check",
        "check-check", "circle", "circle-alert", "circle-check", "circle-dashed", "circle-x", "clipboard-list", "clock", "cloud-upload",
        "corner-up-left", "credit-card", "door-open", "droplet", "droplets", "fan", "file-text", "file-x", "fire-extinguisher", "flame",
        "footprints", "hammer", "hand-coins", "hard-hat", "headphones", "history", "house", "image", "info", "key-round", "lamp",
        "landmark", "lightbulb", "loader-circle", "lock", "map-pin", "megaphone", "message-square", "monitor", "package", "paint-roller",
        "pause", "phone", "pipette", "play", "plug", "plug-zap", "power", "receipt-text", "refresh-cw", "rotate-ccw", "route", "scale",
        "send", "settings", "shield", "shower-head", "signature", "smartphone", "sparkles", "square-parking", "star", "thermometer",
        "timer", "trash-2", "tree-pine", "triangle-alert", "truck", "undo-2", "user", "user-check", "users", "volume-2", "wallet",
        "waves", "wifi-off", "wind", "wrench", "x", "zap",
    }
)  # fmt: skip


def icon(name: str | Var, *, size: int = 16, stroke: float = 1.8, label: str | Var = "", **props: object) -> rx.Component:
    """Draw an icon beside words that say the same; give `label` only to one that stands alone."""
    names = {"role": "img", "aria_label": label} if isinstance(label, Var) or label else {"aria_hidden": "true"}
    if isinstance(name, str):
        return rx.icon(name, size=size, custom_attrs={"strokeWidth": str(stroke)}, class_name="icon", **names, **props)
    return rx.el.svg(
        rx.el.svg.use(href="/icons.svg#" + name.to(str)),
        width=str(size), height=str(size), view_box="0 0 24 24", class_name="icon icon-use", **names, **props,
    )  # fmt: skip


def spinner(*, size: int = 16) -> rx.Component:
    """The turning mark of a busy control; the words beside it say what runs."""
    return rx.icon("loader-circle", size=size, class_name="icon spin", aria_hidden="true")


def tile(name: str | Var, *, tone: str = "", small: bool = False, size: int = 22) -> rx.Component:
    """An icon on its soft square."""
    classes = " ".join(part for part in ("tile", f"tile-{tone}" if tone else "", "tile-small" if small else "") if part)
    return rx.el.span(icon(name, size=size), class_name=classes)
