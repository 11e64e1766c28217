"""Where the buildings of an estate stand, and its public areas."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import action_bar, button
from estate_app.ui.components.card import card
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import form, select_field, text_field, textarea_field
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.grounds.present import HEIGHT, WIDTH, AreaLine
from estate_app.ui.pages.manager.grounds.state import GroundsState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import Text, t

_S = GroundsState


def grounds_page() -> rx.Component:
    """One building with its outline, and every public area of the estate."""
    crumbs = ((t("Property and residents"), "/manage/property"),)
    title = page_title(t("Buildings and public areas"), crumbs=crumbs)
    nothing = empty(t("No buildings yet"), body=t("Rooms are brought in by the import of an estate's list"), icon_name="building-2")
    building = rx.cond(_S.view.building.id != "", _building(), card(nothing))
    content = rx.cond(_S.stage == LOADING, skeleton_cards(2), stack(building, _areas()))
    return rx.fragment(title, unless_failed(_S.stage, content, on_retry=_S.load), _add(), _rename(), _retire())


def _building() -> rx.Component:
    chooser = rx.el.select(
        rx.foreach(_S.view.buildings, lambda option: rx.el.option(option.label, value=option.value, key=option.value)),
        value=_S.view.building.id,
        on_change=_S.choose,
        class_name="input",
        aria_label=t("Building"),
        data_testid="choose-building",
    )
    return card(
        grid(_ground_form(), _picture(), columns="2"),
        title=_S.view.building.name,
        context=_S.view.building.about,
        actions=rx.el.div(chooser),
    )


def _ground_form() -> rx.Component:
    errors = _S.field_errors
    hint = t("One corner a line, latitude and longitude in WGS-84, in the order in which you walk around. Three corners at least")
    save = rx.cond(
        _S.view.building.may_edit,
        action_bar(button(t("Save place"), submit=True, busy=_S.is_saving, busy_label=t("Saving"), testid="save-ground")),
        rx.fragment(),
    )
    fields = form(
        grid(
            text_field("latitude", t("Latitude"), errors=errors, value=_S.view.building.latitude, input_mode="decimal"),
            text_field("longitude", t("Longitude"), errors=errors, value=_S.view.building.longitude, input_mode="decimal"),
            columns="2",
        ),
        textarea_field(
            "outline", t("Outline"), errors=errors, hint=hint, value=_S.view.building.outline, rows=6, on_blur=_S.sketch, spell_check=False
        ),
        save,
        on_submit=_S.save,
        errors=errors,
        testid="ground-form",
    )
    # Drawn anew for each building: its fields keep what is typed, and so would keep another building's figures.
    return rx.el.div(fields, key=_S.view.building.id)


def _picture() -> rx.Component:
    drawing = _S.drawing
    outline = rx.el.svg(
        rx.el.svg.polygon(points=drawing.points, class_name="outline-shape"),
        rx.el.svg.rect(x="12", y=str(HEIGHT - 14), width=drawing.bar, height="3", class_name="outline-bar"),
        view_box=f"0 0 {WIDTH} {HEIGHT}",
        class_name="outline-picture",
        role="img",
        aria_label=t("Outline of {building}", building=_S.view.building.name),
    )
    caption = row(words(drawing.scale, size="1", soft=True), words(drawing.size, size="1", soft=True), extra="between wrap")
    nothing = empty(t("No outline yet"), body=t("Type the corners and the outline is drawn here, north above"), icon_name="map-pin")
    return rx.el.div(rx.cond(drawing.points != "", stack(outline, caption, gap="1"), nothing), data_testid="outline")


def _areas() -> rx.Component:
    new = button(t("Add public area"), icon_name="plus", size="small", on_click=_S.ask("add", ""), testid="add-area")
    hint = t("Residents report faults in lobbies, garages and gardens by their names")
    table = data_table(
        [Column(t("Public area")), Column(t("Where it lies")), Column(t("State")), Column(t("Action"))],
        rx.foreach(_S.view.areas, _area),
        label=t("Public areas"),
        is_empty=_S.view.areas.length() == 0,
        is_loading=_S.stage == LOADING,
        empty_state=empty(t("No public areas yet"), body=hint, icon_name="trees"),
        testid="areas",
    )
    return card(table, title=t("Public areas"), actions=rx.cond(_S.view.may_edit, new, rx.fragment()), flush=True)


def _area(area: Var[AreaLine]) -> rx.Component:
    rename = button(t("Rename"), kind="ghost", size="small", on_click=_S.ask("rename", area.id), testid="rename")
    retire = button(t("Retire"), kind="ghost", size="small", on_click=_S.ask("retire", area.id), testid="retire")
    restore = button(t("Offer again"), kind="ghost", size="small", on_click=_S.restore(area.id), testid="restore")
    acts = rx.cond(area.is_retired, restore, row(rename, retire, gap="1"))
    return table_row(
        cell(words(area.name, strong=True), is_main=True),
        cell(area.where, label=t("Where it lies")),
        cell(rx.cond(area.is_retired, state_badge(area.badge), words(t("In use"), soft=True)), label=t("State")),
        cell(rx.cond(_S.view.may_edit, acts, rx.fragment()), label=t("Action")),
        key=area.id,
        testid="area-row",
    )


def _add() -> rx.Component:
    hint = t("As people call it, such as east lobby")
    name = text_field("name", t("Name of the area"), errors=_S.field_errors, required=True, max_length=60, hint=hint)
    building = select_field("building", t("Building"), _S.view.buildings, errors=_S.field_errors, placeholder=t("Whole estate"))
    return _sheet("add", t("Add a public area"), _S.add, t("Add"), name, building)


def _rename() -> rx.Component:
    name = text_field("name", t("Name of the area"), errors=_S.field_errors, required=True, max_length=60, value=_S.chosen.name)
    return _sheet("rename", t("Rename {name}", name=_S.chosen.name), _S.rename, t("Rename"), name)


def _retire() -> rx.Component:
    return confirm_dialog(
        is_open=_S.dialog == "retire",
        title=t("Retire {name}?", name=_S.chosen.name),
        body=t("Nobody can choose it for a new report any more. Orders and facilities there keep it, and you can offer it again"),
        keep_label=t("Keep"),
        act_label=t("Retire"),
        on_keep=_S.keep,
        on_act=_S.retire,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        errors=_S.field_errors,
        testid="retire-dialog",
    )


def _sheet(name: str, title: Text, on_submit: rx.EventHandler, act: Text, *fields: rx.Component) -> rx.Component:
    save = button(act, submit=True, busy=_S.is_saving, busy_label=t("Saving"), testid=f"{name}-save")
    return sheet(
        form(*fields, action_bar(save), on_submit=on_submit, errors=_S.field_errors, testid=f"{name}-form"),
        is_open=_S.dialog == name,
        title=title,
        on_close=_S.keep,
        testid=name,
    )
