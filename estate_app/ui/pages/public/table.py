"""Pages without a login, one line each."""

from estate_app.ui.page import Page

PAGES: tuple[Page, ...] = ()
