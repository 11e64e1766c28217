"""The managers' pages."""

from estate_app.access.permission import Permission
from estate_app.kit.i18n import msg
from estate_app.ui.page import Page
from estate_app.ui.pages.common.feedback_beside import FeedbackBesideState
from estate_app.ui.pages.manager.analytics.behaviour_page import behaviour_charts_page
from estate_app.ui.pages.manager.analytics.behaviour_state import BehaviourChartsState
from estate_app.ui.pages.manager.analytics.payments_page import payment_charts_page
from estate_app.ui.pages.manager.analytics.payments_state import PaymentChartsState
from estate_app.ui.pages.manager.analytics.repairs_page import repair_charts_page
from estate_app.ui.pages.manager.analytics.repairs_state import RepairChartsState
from estate_app.ui.pages.manager.announcements.page import announcements_page
from estate_app.ui.pages.manager.announcements.state import AnnouncementsState
from estate_app.ui.pages.manager.arrears.household_page import household_page
from estate_app.ui.pages.manager.arrears.household_state import HouseholdState
from estate_app.ui.pages.manager.arrears.page import arrears_page
from estate_app.ui.pages.manager.arrears.state import ArrearsState
from estate_app.ui.pages.manager.arrivals.page import arrivals_page
from estate_app.ui.pages.manager.arrivals.state import ArrivalsState
from estate_app.ui.pages.manager.audit.page import audit_page
from estate_app.ui.pages.manager.audit.state import AuditState
from estate_app.ui.pages.manager.backups.page import backups_page
from estate_app.ui.pages.manager.backups.state import BackupsState
from estate_app.ui.pages.manager.balances.page import balances_page
from estate_app.ui.pages.manager.balances.state import BalancesState
from estate_app.ui.pages.manager.billing.list_page import runs_page
from estate_app.ui.pages.manager.billing.list_state import BillRunsState
from estate_app.ui.pages.manager.billing.run_page import run_page
from estate_app.ui.pages.manager.billing.run_state import BillRunState
from estate_app.ui.pages.manager.bills.bill_page import managed_bill_page
from estate_app.ui.pages.manager.bills.bill_state import ManagedBillState
from estate_app.ui.pages.manager.bills.page import managed_bills_page
from estate_app.ui.pages.manager.bills.state import ManagedBillsState
from estate_app.ui.pages.manager.cashier.day_page import cashier_day_page
from estate_app.ui.pages.manager.cashier.day_state import CashierDayState
from estate_app.ui.pages.manager.cashier.page import cashier_page
from estate_app.ui.pages.manager.cashier.state import CashierState
from estate_app.ui.pages.manager.categories.page import categories_page
from estate_app.ui.pages.manager.categories.state import CategoriesState
from estate_app.ui.pages.manager.channels.page import channels_page
from estate_app.ui.pages.manager.channels.state import ChannelsState
from estate_app.ui.pages.manager.claims.page import claims_page
from estate_app.ui.pages.manager.claims.state import ClaimsState
from estate_app.ui.pages.manager.common_meters.page import common_meters_page
from estate_app.ui.pages.manager.common_meters.state import CommonMetersState
from estate_app.ui.pages.manager.day_closes.page import day_closes_page
from estate_app.ui.pages.manager.day_closes.state import DayClosesState
from estate_app.ui.pages.manager.disclosures.list_page import disclosures_page
from estate_app.ui.pages.manager.disclosures.list_state import DisclosuresState
from estate_app.ui.pages.manager.disclosures.page import disclosure_page
from estate_app.ui.pages.manager.disclosures.state import DisclosureState
from estate_app.ui.pages.manager.dispatch.page import dispatch_page
from estate_app.ui.pages.manager.dispatch.state import DispatchState
from estate_app.ui.pages.manager.dispatch_plan.page import plan_page
from estate_app.ui.pages.manager.dispatch_plan.state import PlanState
from estate_app.ui.pages.manager.dispatch_rules.page import rules_page
from estate_app.ui.pages.manager.dispatch_rules.state import DispatchRulesState
from estate_app.ui.pages.manager.erasures.page import erasures_page
from estate_app.ui.pages.manager.erasures.state import ErasuresState
from estate_app.ui.pages.manager.facilities.page import facilities_page
from estate_app.ui.pages.manager.facilities.state import FacilitiesState
from estate_app.ui.pages.manager.facility.page import facility_page
from estate_app.ui.pages.manager.facility.state import FacilityState
from estate_app.ui.pages.manager.feedback.page import feedback_page, thread_page
from estate_app.ui.pages.manager.feedback.state import FeedbackState, ThreadState
from estate_app.ui.pages.manager.grounds.page import grounds_page
from estate_app.ui.pages.manager.grounds.state import GroundsState
from estate_app.ui.pages.manager.imports.job_state import ImportState
from estate_app.ui.pages.manager.imports.list_state import ImportsState
from estate_app.ui.pages.manager.imports.page import import_page, imports_page
from estate_app.ui.pages.manager.incidents.page import incidents_page
from estate_app.ui.pages.manager.incidents.state import IncidentsState
from estate_app.ui.pages.manager.invoices.page import invoices_page
from estate_app.ui.pages.manager.invoices.state import InvoicesState
from estate_app.ui.pages.manager.item_rooms.page import item_rooms_page
from estate_app.ui.pages.manager.item_rooms.state import ItemRoomsState
from estate_app.ui.pages.manager.late_fees.page import late_fees_page
from estate_app.ui.pages.manager.late_fees.state import LateFeesState
from estate_app.ui.pages.manager.ledger.page import ledger_page
from estate_app.ui.pages.manager.ledger.state import LedgerState
from estate_app.ui.pages.manager.messages.costs import MessageCostsState
from estate_app.ui.pages.manager.messages.page import messages_page
from estate_app.ui.pages.manager.messages.state import MessagesState
from estate_app.ui.pages.manager.meter.page import meter_page
from estate_app.ui.pages.manager.meter.state import MeterState
from estate_app.ui.pages.manager.meters.page import meters_page
from estate_app.ui.pages.manager.meters.state import MetersState
from estate_app.ui.pages.manager.overview.page import overview_page
from estate_app.ui.pages.manager.overview.state import OverviewState
from estate_app.ui.pages.manager.parking.page import parking_page
from estate_app.ui.pages.manager.parking.state import ParkingState
from estate_app.ui.pages.manager.payments.page import managed_payments_page
from estate_app.ui.pages.manager.payments.state import ManagedPaymentsState
from estate_app.ui.pages.manager.performance.page import performance_page
from estate_app.ui.pages.manager.performance.state import PerformanceState
from estate_app.ui.pages.manager.permissions.page import permissions_page
from estate_app.ui.pages.manager.permissions.state import PermissionsState
from estate_app.ui.pages.manager.property.list_page import rooms_page
from estate_app.ui.pages.manager.property.list_state import RegisterState
from estate_app.ui.pages.manager.property.room_page import room_page
from estate_app.ui.pages.manager.property.room_state import RoomState
from estate_app.ui.pages.manager.reconciliation.page import reconciliation_page
from estate_app.ui.pages.manager.reconciliation.state import ReconciliationState
from estate_app.ui.pages.manager.refunds.page import refunds_page
from estate_app.ui.pages.manager.refunds.state import RefundsState
from estate_app.ui.pages.manager.repair.page import managed_repair_page
from estate_app.ui.pages.manager.repair.state import ManagedRepairState
from estate_app.ui.pages.manager.repairs.page import repairs_page
from estate_app.ui.pages.manager.repairs.state import RepairsState
from estate_app.ui.pages.manager.report.page import caller_report_page
from estate_app.ui.pages.manager.report.state import CallerReportState
from estate_app.ui.pages.manager.sent_readings.page import sent_readings_page
from estate_app.ui.pages.manager.sent_readings.state import SentReadingsState
from estate_app.ui.pages.manager.stock.page import stock_page
from estate_app.ui.pages.manager.stock.state import StockState
from estate_app.ui.pages.manager.stock_item.page import stock_item_page
from estate_app.ui.pages.manager.stock_item.state import StockItemState
from estate_app.ui.pages.manager.tariffs.page import tariffs_page
from estate_app.ui.pages.manager.tariffs.state import TariffsState
from estate_app.ui.pages.manager.technician.certificates import CertificatesState
from estate_app.ui.pages.manager.technician.page import technician_page
from estate_app.ui.pages.manager.technician.state import TechnicianState
from estate_app.ui.pages.manager.technician_new.page import enrol_page
from estate_app.ui.pages.manager.technician_new.state import EnrolState
from estate_app.ui.pages.manager.technicians.page import technicians_page
from estate_app.ui.pages.manager.technicians.state import TechniciansState
from estate_app.ui.pages.manager.waivers.page import waivers_page
from estate_app.ui.pages.manager.waivers.state import WaiversState
from estate_app.ui.pages.manager.wordings.page import wordings_page
from estate_app.ui.pages.manager.wordings.state import WordingsState

PAGES: tuple[Page, ...] = (
    Page("/manage", overview_page, msg("Overview"), "manager", (OverviewState.load,)),
    Page("/manage/dispatch", dispatch_page, msg("Dispatch"), "manager", (DispatchState.load,), Permission.repairs_dispatch),
    Page("/manage/dispatch/plan", plan_page, msg("Batch plan"), "manager", (PlanState.load,), Permission.repairs_dispatch),
    Page("/manage/dispatch/incidents", incidents_page, msg("Incidents"), "manager", (IncidentsState.load,), Permission.repairs_dispatch),
    Page("/manage/dispatch/rules", rules_page, msg("Dispatch rules"), "manager", (DispatchRulesState.load,), Permission.repairs_dispatch),
    Page("/manage/repairs", repairs_page, msg("Work orders"), "manager", (RepairsState.load,), Permission.repairs_read),
    Page("/manage/repairs/new", caller_report_page, msg("New order"), "manager", (CallerReportState.load,), Permission.repairs_report),
    Page(
        "/manage/repairs/[order_id]",
        managed_repair_page,
        msg("Repair"),
        "manager",
        (ManagedRepairState.load, FeedbackBesideState.load),
        Permission.repairs_read,
    ),
    Page(
        "/manage/performance",
        performance_page,
        msg("Performance of the technicians"),
        "manager",
        (PerformanceState.load,),
        Permission.technicians_read,
    ),
    Page("/manage/technicians", technicians_page, msg("Technicians"), "manager", (TechniciansState.load,), Permission.technicians_read),
    Page("/manage/technicians/new", enrol_page, msg("Enrol a technician"), "manager", (EnrolState.load,), Permission.technicians_edit),
    Page("/manage/facilities", facilities_page, msg("Facilities"), "manager", (FacilitiesState.load,), Permission.technicians_read),
    Page("/manage/facilities/[machine_id]", facility_page, msg("Facility"), "manager", (FacilityState.load,), Permission.technicians_read),
    Page("/manage/stock", stock_page, msg("Materials"), "manager", (StockState.load,), Permission.repairs_read),
    Page(
        "/manage/stock/[material_id]",
        stock_item_page,
        msg("Name of the material"),
        "manager",
        (StockItemState.load,),
        Permission.repairs_read,
    ),
    Page("/manage/categories", categories_page, msg("Repair categories"), "manager", (CategoriesState.load,), Permission.technicians_read),
    Page(
        "/manage/technicians/[technician_id]",
        technician_page,
        msg("Technician"),
        "manager",
        (TechnicianState.load, CertificatesState.load),
        Permission.technicians_read,
    ),
    Page("/manage/billing", runs_page, msg("Bill runs"), "manager", (BillRunsState.load,), Permission.billing_read),
    Page("/manage/billing/[run_id]", run_page, msg("Bill run"), "manager", (BillRunState.load,), Permission.billing_read),
    Page("/manage/bills", managed_bills_page, msg("Bills"), "manager", (ManagedBillsState.load,), Permission.bills_read),
    Page(
        "/manage/bills/[bill_id]",
        managed_bill_page,
        msg("Bill"),
        "manager",
        (ManagedBillState.load, FeedbackBesideState.load),
        Permission.bills_read,
    ),
    Page("/manage/arrears", arrears_page, msg("Arrears"), "manager", (ArrearsState.load,), Permission.bills_read),
    Page(
        "/manage/arrears/[household_id]",
        household_page,
        msg("Household in arrears"),
        "manager",
        (HouseholdState.load,),
        Permission.bills_read,
    ),
    Page("/manage/late-fees", late_fees_page, msg("Late fees and ladder"), "manager", (LateFeesState.load,), Permission.tariffs_read),
    Page("/manage/waivers", waivers_page, msg("Waivers and discounts"), "manager", (WaiversState.load,), Permission.waivers_request),
    Page("/manage/cashier", cashier_page, msg("Cashier"), "manager", (CashierState.load,), Permission.payments_read),
    Page(
        "/manage/reconciliation",
        reconciliation_page,
        msg("Reconciliation"),
        "manager",
        (ReconciliationState.load,),
        Permission.ledger_read,
    ),
    Page("/manage/reconciliation/bank", arrivals_page, msg("Bank arrivals"), "manager", (ArrivalsState.load,), Permission.ledger_read),
    Page("/manage/cashier/day", cashier_day_page, msg("Day close"), "manager", (CashierDayState.load,), Permission.cashier),
    Page("/manage/payments", managed_payments_page, msg("Payments"), "manager", (ManagedPaymentsState.load,), Permission.payments_read),
    Page("/manage/refunds", refunds_page, msg("Refunds"), "manager", (RefundsState.load,), Permission.refunds_request),
    Page("/manage/balances", balances_page, msg("Room balances"), "manager", (BalancesState.load,), Permission.payments_read),
    Page("/manage/channels", channels_page, msg("Ways to pay"), "manager", (ChannelsState.load,), Permission.payments_read),
    Page("/manage/ledger", ledger_page, msg("Ledger"), "manager", (LedgerState.load,), Permission.ledger_read),
    Page("/manage/ledger/days", day_closes_page, msg("Day closes"), "manager", (DayClosesState.load,), Permission.ledger_read),
    Page("/manage/invoices", invoices_page, msg("E-invoices"), "manager", (InvoicesState.load,), Permission.payments_read),
    Page(
        "/manage/analytics/repairs",
        repair_charts_page,
        msg("Repair analytics"),
        "manager",
        (RepairChartsState.load,),
        Permission.repair_analytics,
    ),
    Page(
        "/manage/analytics/payments",
        payment_charts_page,
        msg("Payment analytics"),
        "manager",
        (PaymentChartsState.load,),
        Permission.payment_analytics,
    ),
    Page(
        "/manage/analytics/behaviour",
        behaviour_charts_page,
        msg("Behaviour analytics"),
        "manager",
        (BehaviourChartsState.load,),
        Permission.behaviour_analytics,
    ),
    Page("/manage/property", rooms_page, msg("Property and residents"), "manager", (RegisterState.load,), Permission.property_read),
    Page(
        "/manage/property/ground",
        grounds_page,
        msg("Buildings and public areas"),
        "manager",
        (GroundsState.load,),
        Permission.property_read,
    ),
    Page("/manage/property/[home_id]", room_page, msg("Room"), "manager", (RoomState.load,), Permission.property_read),
    Page("/manage/tariffs", tariffs_page, msg("Tariffs"), "manager", (TariffsState.load,), Permission.tariffs_read),
    Page("/manage/tariffs/[item_id]", item_rooms_page, msg("Rooms of an item"), "manager", (ItemRoomsState.load,), Permission.tariffs_read),
    Page("/manage/meters", meters_page, msg("Meters"), "manager", (MetersState.load,), Permission.bills_read),
    Page("/manage/meters/common", common_meters_page, msg("Common meters"), "manager", (CommonMetersState.load,), Permission.bills_read),
    Page(
        "/manage/meters/sent",
        sent_readings_page,
        msg("Readings from residents"),
        "manager",
        (SentReadingsState.load,),
        Permission.meters_edit,
    ),
    Page("/manage/meters/[meter_id]", meter_page, msg("Meter"), "manager", (MeterState.load,), Permission.bills_read),
    Page("/manage/claims", claims_page, msg("Requests for rooms"), "manager", (ClaimsState.load,), Permission.property_edit),
    Page("/manage/parking", parking_page, msg("Parking"), "manager", (ParkingState.load,), Permission.property_read),
    Page("/manage/imports", imports_page, msg("Imports"), "manager", (ImportsState.load,), Permission.property_edit),
    Page("/manage/imports/[job_id]", import_page, msg("Import"), "manager", (ImportState.load,), Permission.property_edit),
    Page("/manage/erasures", erasures_page, msg("Deletions of accounts"), "manager", (ErasuresState.load,), Permission.property_edit),
    Page("/manage/feedback", feedback_page, msg("Feedback"), "manager", (FeedbackState.load,), Permission.feedback),
    Page("/manage/feedback/[feedback_id]", thread_page, msg("Feedback"), "manager", (ThreadState.load,), Permission.feedback),
    Page("/manage/income", disclosures_page, msg("Public income"), "manager", (DisclosuresState.load,), Permission.notices_read),
    Page("/manage/income/[income_id]", disclosure_page, msg("Public income"), "manager", (DisclosureState.load,), Permission.notices_read),
    Page("/manage/announcements", announcements_page, msg("Announcements"), "manager", (AnnouncementsState.load,), Permission.announce),
    Page(
        "/manage/messages/wordings", wordings_page, msg("Wordings of messages"), "manager", (WordingsState.load,), Permission.notices_read
    ),
    Page(
        "/manage/messages",
        messages_page,
        msg("Message log"),
        "manager",
        (MessagesState.load, MessageCostsState.load),
        Permission.notices_read,
    ),
    Page("/manage/permissions", permissions_page, msg("Permissions"), "manager", (PermissionsState.load,), Permission.grants_edit),
    Page("/manage/audit", audit_page, msg("Audit log"), "manager", (AuditState.load,), Permission.audit_read),
    Page("/manage/backups", backups_page, msg("Backups"), "manager", (BackupsState.load,), Permission.system),
)
