"""The board's filters, and its map: outlines drawn from the register, no tiles and no internet."""

import reflex as rx

from estate_app.ui.components.avatar import avatar
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import row, words
from estate_app.ui.components.list_page import clear_filters, filter_menu, list_toolbar
from estate_app.ui.components.tabs import segments
from estate_app.ui.pages.manager.dispatch.map_present import MapPerson, MapShape
from estate_app.ui.pages.manager.dispatch.map_state import BoardMapState
from estate_app.ui.text import t

_S = BoardMapState


def board_tools() -> rx.Component:
    """Building, trade, and lanes or map."""
    views = [("lanes", t("Lanes")), ("map", t("Map"))]
    return list_toolbar(
        filter_menu(t("Building"), _S.buildings, value=_S.filters.building, name="building"),
        filter_menu(t("Trade"), _S.trades, value=_S.filters.trade, name="trade"),
        clear_filters(shown=_S.filters.is_narrowed, on_click=_S.widen),
        rx.el.div(segments(views, value=_S.filters.view, on_select=_S.look, label=t("View of the board"), testid="view"), class_name="end"),
    )


def board_map() -> rx.Component:
    """The buildings with what waits and runs in them, and who was last there."""
    legend = row(
        rx.el.span(t("Waits"), class_name="map-key map-orange"),
        rx.el.span(t("With a technician"), class_name="map-key map-indigo"),
        rx.el.span(t("Emergency"), class_name="map-key map-red"),
        gap="3",
        extra="wrap",
    )
    nothing = empty(
        t("No building has coordinates yet"), body=t("Outlines and points come from the register of buildings"), icon_name="map-pin"
    )  # fmt: skip
    return card(
        rx.cond(_S.plan.shapes.length() > 0, _plane(), nothing),
        rx.cond(_S.plan.note != "", words(_S.plan.note, size="1", soft=True, extra="map-note"), rx.fragment()),
        title=t("Map"),
        context=t("press a building to narrow the board to it"),
        actions=legend,
        flush=True,
        extra="board-pane",
        testid="board-map",
    )


def _plane() -> rx.Component:
    outlines = rx.el.svg(
        rx.foreach(_S.plan.shapes, _outline),
        view_box=_S.plan.view_box,
        class_name="map-outlines",
        aria_hidden="true",
        custom_attrs={"preserveAspectRatio": "none"},
    )
    plane = rx.el.div(outlines, rx.foreach(_S.plan.shapes, _pin), class_name="map-plane", style={"aspectRatio": _S.plan.ratio})
    return rx.el.div(plane, class_name="map-scroll", role="group", aria_label=t("Map"))


def _outline(shape: rx.Var[MapShape]) -> rx.Component:
    looks = rx.cond(shape.id == _S.filters.building, "map-shape map-shape-chosen map-", "map-shape map-")
    return rx.el.svg.polygon(points=shape.points, class_name=looks + shape.tone, key=shape.id)


def _pin(shape: rx.Var[MapShape]) -> rx.Component:
    counts = rx.fragment(
        rx.cond(shape.waiting > 0, rx.el.b(shape.waiting, class_name="map-count map-fill-" + shape.tone), rx.fragment()),
        rx.cond(shape.held > 0, rx.el.b(shape.held, class_name="map-count map-fill-indigo"), rx.fragment()),
    )
    button = rx.el.button(
        rx.el.span(shape.name),
        counts,
        type="button",
        class_name="map-pin",
        on_click=_S.choose(shape.id),
        aria_label=shape.title,
        title=shape.title,
        aria_pressed=rx.cond(shape.id == _S.filters.building, "true", "false"),
        data_testid="map-building",
    )
    place = {"left": shape.left, "top": shape.top}
    people = rx.el.div(rx.foreach(shape.people, _person), class_name="map-people")
    return rx.el.div(button, people, class_name="map-spot", style=place, key=shape.id)


def _person(person: rx.Var[MapPerson]) -> rx.Component:
    return rx.el.span(
        avatar(person.name, accent=True),
        rx.el.span(person.note, class_name="visually-hidden"),
        title=person.note,
        class_name=rx.cond(person.is_working, "map-person map-person-working", "map-person"),
        key=person.id,
        data_testid="map-person",
    )
