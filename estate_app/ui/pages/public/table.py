"""Pages without a login, one line each."""

from estate_app.kit.i18n import msg
from estate_app.ui.page import Page
from estate_app.ui.pages.public.label.page import label_page
from estate_app.ui.pages.public.label.state import LabelState
from estate_app.ui.pages.public.login.page import login_page
from estate_app.ui.pages.public.login.state import LoginState
from estate_app.ui.pages.public.receipt.page import receipt_check_page
from estate_app.ui.pages.public.receipt.state import ReceiptCheckState
from estate_app.ui.pages.public.register.page import register_page
from estate_app.ui.pages.public.register.state import RegisterState
from estate_app.ui.pages.public.reset.page import reset_page
from estate_app.ui.pages.public.reset.state import ResetState

PAGES: tuple[Page, ...] = (
    Page("/login", login_page, msg("Sign in"), "public", (LoginState.load,)),
    Page("/register", register_page, msg("Register"), "public", (RegisterState.load,)),
    Page("/receipt/[check_code]", receipt_check_page, msg("Check a receipt"), "public", (ReceiptCheckState.load,), None, {"wide": True}),
    Page("/report/[label_code]", label_page, msg("Report a fault"), "public", (LabelState.load,), None, {"wide": True}),
    Page("/reset", reset_page, msg("Set a new password"), "public", (ResetState.load,)),
)
