"""The questions of a category whose yes is a danger: asked before the form goes on, with the number to call."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.settings import settings
from estate_app.ui.components.button import button, file_button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.form import error_line
from estate_app.ui.components.layout import row, words
from estate_app.ui.text import t


def danger_card(questions: Var[list[str]], answer: Var[str], *, on_answer: Any, errors: Var[dict[str, str]]) -> rx.Component:
    """Ask the questions together; a yes shows the emergency number. `answer` is yes, no or empty."""

    def choice(label: rx.Var[str], word: str) -> rx.Component:
        return button(
            label, kind="neutral", size="small", on_click=on_answer(word), testid=f"danger-{word}",
            aria_pressed=rx.cond(answer == word, "true", "false"),
        )  # fmt: skip

    call = file_button(
        settings().support_phone, href=f"tel:{settings().support_phone}", kind="danger", icon_name="phone-call", testid="danger-call"
    )
    warning = callout(
        t("This is an emergency: keep away and call now. Then send the report; it is treated as an emergency"),
        tone="red", icon_name="siren", actions=call, role="alert", data_testid="danger-yes-note",
    )  # fmt: skip
    asked = card(
        rx.el.ul(rx.foreach(questions, rx.el.li), class_name="plain-list strong"),
        row(words(t("Is any of this so?"), extra="grow"), choice(t("Yes"), "yes"), choice(t("No"), "no"), extra="wrap"),
        rx.cond(answer == "yes", warning, rx.fragment()),
        error_line("danger", errors),
        title=t("Is anybody in danger?"),
        extra="stack gap-3",
        testid="danger-questions",
    )
    return rx.cond(questions.length() > 0, asked, rx.fragment())
