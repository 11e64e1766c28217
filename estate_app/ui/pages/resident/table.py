"""The resident's pages, one line each."""

from estate_app.access.permission import Permission
from estate_app.kit.i18n import msg
from estate_app.ui.page import Page
from estate_app.ui.pages.resident.home.page import home_page
from estate_app.ui.pages.resident.home.state import HomeState
from estate_app.ui.pages.resident.notices.page import notices_page
from estate_app.ui.pages.resident.notices.state import NoticesState
from estate_app.ui.pages.resident.repair.page import repair_page
from estate_app.ui.pages.resident.repair.state import RepairState
from estate_app.ui.pages.resident.repairs.page import repairs_page
from estate_app.ui.pages.resident.repairs.state import RepairsState
from estate_app.ui.pages.resident.report.page import report_page
from estate_app.ui.pages.resident.report.state import ReportState
from estate_app.ui.pages.resident.rooms.page import rooms_page
from estate_app.ui.pages.resident.rooms.state import RoomsState

_REPAIRS = Permission.own_repairs
_WITH_ACTION = {"narrow": True, "has_tabs": False, "back": "/repairs"}

PAGES: tuple[Page, ...] = (
    Page("/", home_page, msg("Home"), "resident", (HomeState.load,), Permission.own_bills),
    Page("/repairs", repairs_page, msg("My repairs"), "resident", (RepairsState.load,), _REPAIRS, {"narrow": True}),
    Page("/repairs/new", report_page, msg("Report a fault"), "resident", (ReportState.load,), _REPAIRS, _WITH_ACTION),
    Page("/repairs/[order_id]", repair_page, msg("Repair"), "resident", (RepairState.load,), _REPAIRS, _WITH_ACTION),
    Page("/me/rooms", rooms_page, msg("My rooms"), "resident", (RoomsState.load,), Permission.own_account, {"narrow": True, "back": "/me"}),
    Page("/notices", notices_page, msg("Notices"), "resident", (NoticesState.load,), Permission.own_bills, {"narrow": True}),
)
