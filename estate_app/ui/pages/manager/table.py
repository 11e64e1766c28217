"""The managers' pages."""

from estate_app.access.permission import Permission
from estate_app.kit.i18n import msg
from estate_app.ui.page import Page
from estate_app.ui.pages.manager.billing.list_page import runs_page
from estate_app.ui.pages.manager.billing.list_state import BillRunsState
from estate_app.ui.pages.manager.billing.run_page import run_page
from estate_app.ui.pages.manager.billing.run_state import BillRunState
from estate_app.ui.pages.manager.dispatch.page import dispatch_page
from estate_app.ui.pages.manager.dispatch.state import DispatchState

PAGES: tuple[Page, ...] = (
    Page("/manage/dispatch", dispatch_page, msg("Dispatch"), "manager", (DispatchState.load,), Permission.repairs_dispatch),
    Page("/manage/billing", runs_page, msg("Bill runs"), "manager", (BillRunsState.load,), Permission.billing_read),
    Page("/manage/billing/[run_id]", run_page, msg("Bill run"), "manager", (BillRunState.load,), Permission.billing_read),
)
