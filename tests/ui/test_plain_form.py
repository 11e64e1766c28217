"""Forms that the browser itself posts."""

from collections.abc import Callable

import pytest
import reflex as rx

from estate_app.ui.pages.manager.arrivals.page import arrivals_page
from estate_app.ui.pages.manager.imports.page import imports_page
from estate_app.ui.pages.manager.reconciliation.page import reconciliation_page
from tests.ui.seen import markup


@pytest.mark.parametrize("page", [arrivals_page, imports_page, reconciliation_page])
def test_a_form_with_a_file_is_posted_in_parts(page: Callable[[], rx.Component]) -> None:
    # Without it a browser posts the file's name alone.
    assert 'encType:"multipart/form-data"' in markup(page()).replace(" ", "")
