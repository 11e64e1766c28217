"""The resident's pages, one line each."""

from estate_app.access.permission import Permission
from estate_app.kit.i18n import msg
from estate_app.ui.page import Page
from estate_app.ui.pages.common.feedback_beside import FeedbackBesideState
from estate_app.ui.pages.resident.arrears.page import own_arrears_page
from estate_app.ui.pages.resident.arrears.state import OwnArrearsState
from estate_app.ui.pages.resident.balance.page import balance_page
from estate_app.ui.pages.resident.balance.state import BalanceState
from estate_app.ui.pages.resident.bills.bill_state import BillState
from estate_app.ui.pages.resident.bills.page import bill_page, bills_page
from estate_app.ui.pages.resident.bills.state import BillsState
from estate_app.ui.pages.resident.claim.page import claim_page
from estate_app.ui.pages.resident.claim.state import ClaimState
from estate_app.ui.pages.resident.disclosures.page import income_page, income_report_page
from estate_app.ui.pages.resident.disclosures.state import IncomeReportState, IncomeState
from estate_app.ui.pages.resident.feedback.page import own_feedback_page, own_thread_page
from estate_app.ui.pages.resident.feedback.state import OwnFeedbackState, OwnThreadState
from estate_app.ui.pages.resident.home.page import home_page
from estate_app.ui.pages.resident.home.state import HomeState
from estate_app.ui.pages.resident.home.tips import TipsState
from estate_app.ui.pages.resident.household.page import household_page
from estate_app.ui.pages.resident.household.state import HouseholdState
from estate_app.ui.pages.resident.meters.page import own_meters_page
from estate_app.ui.pages.resident.meters.state import OwnMetersState
from estate_app.ui.pages.resident.notices.page import notices_page
from estate_app.ui.pages.resident.notices.state import NoticesState
from estate_app.ui.pages.resident.pay.choose_page import choose_page
from estate_app.ui.pages.resident.pay.choose_state import ChooseState
from estate_app.ui.pages.resident.pay.page import pay_page, result_page
from estate_app.ui.pages.resident.pay.state import PayState
from estate_app.ui.pages.resident.payments.page import payments_page
from estate_app.ui.pages.resident.payments.state import PaymentsState
from estate_app.ui.pages.resident.receipt.page import receipt_page
from estate_app.ui.pages.resident.receipt.state import ReceiptState
from estate_app.ui.pages.resident.repair.page import repair_page
from estate_app.ui.pages.resident.repair.state import RepairState
from estate_app.ui.pages.resident.repairs.page import repairs_page
from estate_app.ui.pages.resident.repairs.state import RepairsState
from estate_app.ui.pages.resident.report.page import report_page
from estate_app.ui.pages.resident.report.state import ReportState
from estate_app.ui.pages.resident.rooms.page import rooms_page
from estate_app.ui.pages.resident.rooms.state import RoomsState

_REPAIRS = Permission.own_repairs
_BILLS = Permission.own_bills
_WITH_ACTION = {"narrow": True, "has_tabs": False, "back": "/repairs"}
_PAYING = {"narrow": True, "has_tabs": False, "back": "/bills"}
_ADDING = {"narrow": True, "has_tabs": False, "back": "/me/rooms"}

PAGES: tuple[Page, ...] = (
    Page("/", home_page, msg("Home"), "resident", (HomeState.load, TipsState.load), Permission.own_bills),
    Page("/repairs", repairs_page, msg("My repairs"), "resident", (RepairsState.load,), _REPAIRS, {"narrow": True}),
    Page("/repairs/new", report_page, msg("Report a fault"), "resident", (ReportState.load,), _REPAIRS, _WITH_ACTION),
    Page(
        "/repairs/[order_id]", repair_page, msg("Repair"), "resident", (RepairState.load, FeedbackBesideState.load), _REPAIRS, _WITH_ACTION
    ),
    Page("/bills", bills_page, msg("Bills"), "resident", (BillsState.load, BillsState.show_first, FeedbackBesideState.load), _BILLS),
    Page(
        "/bills/[bill_id]",
        bill_page,
        msg("Bill"),
        "resident",
        (BillState.load, BillsState.load, FeedbackBesideState.load),
        _BILLS,
        {"has_tabs": False, "back": "/bills"},
    ),
    Page("/pay/new", choose_page, msg("Cashier"), "resident", (ChooseState.load,), _BILLS, _PAYING),
    Page(
        "/arrears",
        own_arrears_page,
        msg("Overdue and agreed"),
        "resident",
        (OwnArrearsState.load,),
        _BILLS,
        {"narrow": True, "back": "/bills"},
    ),
    Page("/pay/[payment_id]", pay_page, msg("Cashier"), "resident", (PayState.load,), _BILLS, _PAYING),
    Page("/pay/[payment_id]/result", result_page, msg("Payment result"), "resident", (PayState.load, PayState.come_back), _BILLS, _PAYING),
    Page("/balance", balance_page, msg("Prepaid balance"), "resident", (BalanceState.load,), _BILLS, {"narrow": True, "back": "/bills"}),
    Page("/payments", payments_page, msg("Payments"), "resident", (PaymentsState.load,), _BILLS, {"narrow": True, "back": "/me"}),
    Page(
        "/receipts/[receipt_id]",
        receipt_page,
        msg("Receipt"),
        "resident",
        (ReceiptState.load,),
        _BILLS,
        {"narrow": True, "has_tabs": False, "back": "/payments"},
    ),
    Page("/me/rooms", rooms_page, msg("My rooms"), "resident", (RoomsState.load,), Permission.own_account, {"narrow": True, "back": "/me"}),
    Page(
        "/me/rooms/[home_id]",
        household_page,
        msg("People of this room"),
        "resident",
        (HouseholdState.load,),
        Permission.own_account,
        {"narrow": True, "back": "/me/rooms"},
    ),
    Page("/me/rooms/add", claim_page, msg("Add a room"), "resident", (ClaimState.load,), Permission.own_account, _ADDING),
    Page("/meters", own_meters_page, msg("My meters"), "resident", (OwnMetersState.load,), _BILLS, {"narrow": True, "back": "/bills"}),
    Page(
        "/feedback",
        own_feedback_page,
        msg("Feedback to the estate"),
        "resident",
        (OwnFeedbackState.load,),
        _BILLS,
        {"narrow": True, "back": "/me"},
    ),
    Page(
        "/feedback/[feedback_id]",
        own_thread_page,
        msg("Feedback to the estate"),
        "resident",
        (OwnThreadState.load,),
        _BILLS,
        {"narrow": True, "back": "/feedback"},
    ),
    Page(
        "/income",
        income_page,
        msg("Public income"),
        "resident",
        (IncomeState.load,),
        Permission.own_account,
        {"narrow": True, "back": "/me"},
    ),
    Page(
        "/income/[income_id]",
        income_report_page,
        msg("Public income"),
        "resident",
        (IncomeReportState.load,),
        Permission.own_account,
        {"narrow": True, "back": "/income"},
    ),
    Page("/notices", notices_page, msg("Notices"), "resident", (NoticesState.load,), Permission.own_bills, {"narrow": True}),
)
