"""One opened page."""

import pytest


@pytest.fixture
def opened(act):
    """Open a page as somebody and load it."""

    def _open(actor, state, url, locale="zh"):
        page = act(actor, state, url=url, locale=locale)
        act.run(page.load())
        return page

    return _open
