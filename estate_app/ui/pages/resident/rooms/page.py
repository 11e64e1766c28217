"""My rooms: which there are, which one is in view, and how a missing one is added."""

import reflex as rx

from estate_app.settings import settings
from estate_app.ui.components.badge import badge_of, tag
from estate_app.ui.components.button import button, file_button, link_button
from estate_app.ui.components.card import callout, card, list_row, rows
from estate_app.ui.components.empty import empty
from estate_app.ui.components.icon import tile
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_rows
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.pages.resident.rooms.present import RoomCard
from estate_app.ui.pages.resident.rooms.state import RoomsState
from estate_app.ui.session import Session
from estate_app.ui.text import t


def rooms_page() -> rx.Component:
    """The list, and whom to call."""
    nothing = empty(
        t("No room is linked to your phone yet"),
        body=t("The estate links it as soon as your phone number is on the room's contact list"),
        icon_name="house",
        action=_call(),
    )
    listing = rx.cond(RoomsState.rows.length() == 0, nothing, rows(rx.foreach(RoomsState.rows, _room)))
    return rx.fragment(
        page_title(
            t("My rooms"), actions=link_button(t("Add a room"), href="/me/rooms/add", icon_name="plus", size="small", testid="add-room")
        ),
        unless_failed(
            RoomsState.stage,
            card(rx.cond(RoomsState.stage == "loading", skeleton_rows(2), listing), flush=True, testid="rooms-list"),
            on_retry=RoomsState.load,
        ),
        rx.cond(
            RoomsState.rows.length() > 0,
            callout(
                t("A room is missing, or an owner changes? The estate keeps the contact lists"),
                tone="gray",
                icon_name="info",
                actions=_call(),
            ),
            rx.fragment(),
        ),
    )


def _room(room: rx.Var[RoomCard]) -> rx.Component:
    in_view = rx.cond(
        Session.room_id == room.id,
        badge_of(t("In view"), tone="green", icon_name="check"),
        button(t("Show this one"), kind="secondary", size="small", on_click=Session.choose_room(room.id), testid="choose-room"),
    )
    people = link_button(t("Household members"), href=room.href, kind="neutral", size="small", icon_name="users", testid="room-people")
    return list_row(
        tile("house", small=True, size=18),
        stack(
            row(words(room.place, strong=True), tag(room.relation), extra="wrap"),
            words(room.estate + " · " + room.area, size="1", soft=True),
            row(in_view, rx.cond(room.href != "", people, rx.fragment()), extra="wrap"),
            gap="2",
            extra="grow",
        ),
        key=room.id,
        testid="room",
    )


def _call() -> rx.Component:
    return file_button(t("Call the estate"), href=f"tel:{settings().support_phone}", icon_name="phone", size="small", testid="call")
