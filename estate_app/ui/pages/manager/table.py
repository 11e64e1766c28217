"""The managers' pages."""

from estate_app.access.permission import Permission
from estate_app.kit.i18n import msg
from estate_app.ui.page import Page
from estate_app.ui.pages.manager.announcements.page import announcements_page
from estate_app.ui.pages.manager.announcements.state import AnnouncementsState
from estate_app.ui.pages.manager.audit.page import audit_page
from estate_app.ui.pages.manager.audit.state import AuditState
from estate_app.ui.pages.manager.billing.list_page import runs_page
from estate_app.ui.pages.manager.billing.list_state import BillRunsState
from estate_app.ui.pages.manager.billing.run_page import run_page
from estate_app.ui.pages.manager.billing.run_state import BillRunState
from estate_app.ui.pages.manager.dispatch.page import dispatch_page
from estate_app.ui.pages.manager.dispatch.state import DispatchState
from estate_app.ui.pages.manager.messages.page import messages_page
from estate_app.ui.pages.manager.messages.state import MessagesState
from estate_app.ui.pages.manager.permissions.page import permissions_page
from estate_app.ui.pages.manager.permissions.state import PermissionsState

PAGES: tuple[Page, ...] = (
    Page("/manage/dispatch", dispatch_page, msg("Dispatch"), "manager", (DispatchState.load,), Permission.repairs_dispatch),
    Page("/manage/billing", runs_page, msg("Bill runs"), "manager", (BillRunsState.load,), Permission.billing_read),
    Page("/manage/billing/[run_id]", run_page, msg("Bill run"), "manager", (BillRunState.load,), Permission.billing_read),
    Page("/manage/announcements", announcements_page, msg("Announcements"), "manager", (AnnouncementsState.load,), Permission.announce),
    Page("/manage/messages", messages_page, msg("Message log"), "manager", (MessagesState.load,), Permission.notices_read),
    Page("/manage/permissions", permissions_page, msg("Permissions"), "manager", (PermissionsState.load,), Permission.grants_edit),
    Page("/manage/audit", audit_page, msg("Audit log"), "manager", (AuditState.load,), Permission.audit_read),
)
