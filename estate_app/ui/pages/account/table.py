"""Pages that every signed-in person has."""

from estate_app.access.permission import Permission
from estate_app.kit.i18n import msg
from estate_app.ui.page import Page
from estate_app.ui.pages.account.data.page import own_data_page
from estate_app.ui.pages.account.data.state import OwnDataState
from estate_app.ui.pages.account.inbox.page import inbox_page
from estate_app.ui.pages.account.inbox.state import InboxState
from estate_app.ui.pages.account.me.page import manager_me_page, resident_me_page, technician_me_page
from estate_app.ui.pages.account.me.state import MeState
from estate_app.ui.pages.account.notifications.page import notifications_page
from estate_app.ui.pages.account.notifications.state import NotificationsState
from estate_app.ui.pages.account.preferences.page import preferences_page
from estate_app.ui.pages.account.preferences.state import PreferencesState
from estate_app.ui.pages.account.preferences.tips import TipChoiceState
from estate_app.ui.pages.account.security.factor_state import FactorCardState
from estate_app.ui.pages.account.security.page import security_page
from estate_app.ui.pages.account.security.state import SecurityState

_OWN = Permission.own_account
PAGES: tuple[Page, ...] = (
    Page("/me", resident_me_page, msg("Me"), "resident", (MeState.load,), _OWN, {"narrow": True}),
    Page("/tech/me", technician_me_page, msg("Me"), "technician", (MeState.load,), _OWN),
    Page("/manage/me", manager_me_page, msg("My account"), "manager", (MeState.load,), _OWN),
    Page("/me/security", security_page, msg("Sign-in and security"), "everybody", (SecurityState.load, FactorCardState.load), _OWN),
    Page("/me/preferences", preferences_page, msg("Preferences"), "everybody", (PreferencesState.load, TipChoiceState.load), _OWN),
    Page("/me/notifications", notifications_page, msg("Notifications"), "everybody", (NotificationsState.load,), _OWN),
    Page("/me/data", own_data_page, msg("My data"), "everybody", (OwnDataState.load,), _OWN),
    Page("/inbox", inbox_page, msg("Inbox"), "everybody", (InboxState.load,), _OWN),
)
