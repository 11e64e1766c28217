"""The technician's pages, one line each."""

from estate_app.ui.page import Page

PAGES: tuple[Page, ...] = ()
