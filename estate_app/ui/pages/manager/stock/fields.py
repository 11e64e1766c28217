"""The fields of a material, for adding one and for editing it."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.form import money_field, number_field, text_field
from estate_app.ui.components.layout import grid
from estate_app.ui.text import t


def material_fields(values: Any, errors: Var[dict[str, str]]) -> rx.Component:
    """What is known of a material; `values` is the State's `ItemValues`."""
    return grid(
        text_field("code", t("Code of the material"), errors=errors, required=True, value=values.code, max_length=30),
        text_field(
            "unit",
            t("Unit of the material"),
            errors=errors,
            required=True,
            value=values.unit,
            max_length=10,
            hint=t("Such as piece, roll, m"),
        ),
        text_field("name", t("Name in Chinese"), errors=errors, required=True, value=values.name, max_length=60),
        text_field("name_en", t("Name in English"), errors=errors, value=values.name_en, max_length=60),
        money_field("price", t("Price a unit"), errors=errors, required=True, value=values.price, hint=t("What residents pay for it")),
        number_field("low", t("Order again at"), errors=errors, value=values.low, hint=t("Empty: only when it is used up")),
        columns="2",
    )
