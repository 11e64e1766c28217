"""What the page of a resident's household and the managers' page of a room ask alike of people who belong to a room.

Each page keeps its own handlers, because who may use them differs.
"""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.form import chips_field, date_field, phone_field, text_field
from estate_app.ui.text import t
from estate_app.ui.view import Option


def person_fields(state: Any, *, relations: Var[list[Option]], today: Var[str]) -> list[rx.Component]:
    """Who joins, as what, and from which day on."""
    errors = state.field_errors
    return [
        text_field("name", t("Name"), errors=errors, required=True, max_length=40),
        phone_field("phone", t("Phone"), errors=errors, required=True),
        chips_field("relation", t("Relation"), relations, errors=errors, required=True, value="family"),
        date_field("from_on", t("First day"), errors=errors, required=True, value=today),
    ]


def end_dialog(state: Any, *, room: Var[str], today: Var[str]) -> rx.Component:
    """Ask for the last day before a membership ends; the state has `dialog`, `ending`, `keep` and `end`."""
    errors = state.field_errors
    return confirm_dialog(
        date_field("last_on", t("Last day"), errors=errors, required=True, value=today),
        is_open=state.dialog == "end",
        title=t("End {name}'s membership of {room}?", name=state.ending, room=room),
        body=t("From the day after, the person sees neither bills nor repairs of this room; what happened stays on record"),
        keep_label=t("Keep person"),
        act_label=t("End membership"),
        on_keep=state.keep,
        on_act=state.end,
        busy=state.is_saving,
        busy_label=t("Saving"),
        destroys=True,
        errors=errors,
        testid="end-dialog",
    )
