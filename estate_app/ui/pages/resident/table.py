"""The resident's pages, one line each."""

from estate_app.access.permission import Permission
from estate_app.kit.i18n import msg
from estate_app.ui.page import Page
from estate_app.ui.pages.resident.notices.page import notices_page
from estate_app.ui.pages.resident.notices.state import NoticesState
from estate_app.ui.pages.resident.rooms.page import rooms_page
from estate_app.ui.pages.resident.rooms.state import RoomsState

PAGES: tuple[Page, ...] = (
    Page("/me/rooms", rooms_page, msg("My rooms"), "resident", (RoomsState.load,), Permission.own_account, {"narrow": True, "back": "/me"}),
    Page("/notices", notices_page, msg("Notices"), "resident", (NoticesState.load,), Permission.own_bills, {"narrow": True}),
)
