"""The manager's global search (Ctrl K): rooms, owners, orders, bills."""

import reflex as rx
from reflex.vars.function import FunctionStringVar

from estate_app.ui.components.icon import icon
from estate_app.ui.text import t


def search_form() -> rx.Component:
    """One field that leads to `/manage/search?q=…`; a plain GET form, so that it works before the socket is up."""
    field = rx.el.input(
        type="search", name="q", class_name="input", placeholder=t("Search rooms, owners, orders, bills"),
        aria_label=t("Search"), access_key="k",
        data_testid="global-search", id="global-search",
    )  # fmt: skip
    return rx.el.form(
        rx.el.div(rx.el.span(icon("search"), class_name="before"), field, class_name="affix affix-before"),
        rx.el.kbd("Ctrl K"),
        _shortcut(),
        class_name="global-search",
        role="search",
        on_submit=_find,
    )


def _find(form: rx.Var[dict[str, str]]) -> rx.event.EventSpec:
    words = FunctionStringVar("encodeURIComponent").call(form.to(dict[str, str])["q"]).to(str)
    return rx.redirect("/manage/search?q=" + words)


class _Shortcut(rx.Fragment):
    """Ctrl K (⌘ K) puts the focus into the search; draws nothing."""

    def add_imports(self) -> dict[str, str]:
        """The hook the shortcut needs."""
        return {"react": "useEffect"}

    def add_hooks(self) -> list[str]:
        """Listen for the key while the bar is on the page."""
        return [
            """useEffect(() => {
  const listen = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    document.getElementById("global-search")?.focus();
  };
  window.addEventListener("keydown", listen);
  return () => window.removeEventListener("keydown", listen);
}, [])"""
        ]


def _shortcut() -> rx.Component:
    return _Shortcut.create()
