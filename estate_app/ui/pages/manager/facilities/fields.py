"""The fields of a facility, for adding one and for editing it."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.form import date_field, money_field, number_field, select_field, text_field, textarea_field
from estate_app.ui.components.layout import grid, stack
from estate_app.ui.text import t


def facility_fields(lists: Any, values: Any, errors: Var[dict[str, str]]) -> rx.Component:
    """What is known of a facility; `lists` and `values` are the State's `Lists` and `Values`."""
    none = t("Not chosen")
    return stack(
        grid(
            text_field("number", t("Facility number"), errors=errors, required=True, value=values.number, max_length=30),
            text_field("name", t("Facility name"), errors=errors, required=True, value=values.name, max_length=60),
            select_field("kind", t("Kind"), lists.kinds, errors=errors, required=True, value=values.kind, placeholder=none),
            select_field("building_id", t("Building"), lists.buildings, errors=errors, value=values.building_id, placeholder=none),
            columns="2",
        ),
        text_field(
            "place",
            t("Where it stands"),
            errors=errors,
            required=True,
            value=values.place,
            max_length=60,
            hint=t("A public area of the estate; a new name adds one"),
            list="facility-areas",
        ),
        rx.el.datalist(rx.foreach(lists.areas, lambda area: rx.el.option(value=area.label)), id="facility-areas"),
        select_field("category_id", t("Usual kind of fault"), lists.faults, errors=errors, value=values.category_id, placeholder=none),
        grid(
            text_field("maker", t("Maker"), errors=errors, value=values.maker, max_length=60),
            text_field("model", t("Model"), errors=errors, value=values.model, max_length=60),
            date_field("installed_on", t("Installed on"), errors=errors, value=values.installed_on),
            date_field("warranty_ends_on", t("Warranty until"), errors=errors, value=values.warranty_ends_on),
            number_field("life_years", t("Life in years"), errors=errors, value=values.life_years, decimal=False),
            money_field("cost", t("Purchase price"), errors=errors, value=values.cost),
            columns="2",
        ),
        text_field(
            "counter_unit",
            t("Unit of its counter"),
            errors=errors,
            value=values.counter_unit,
            max_length=20,
            hint=t("Such as hours; empty where it has none"),
        ),
        textarea_field("note", t("Note"), errors=errors, value=values.note, rows=2, max_length=500),
        gap="3",
    )
