"""The resident's money pages: bills made by the services, a vendor in memory, and the vendor's talks in the test's transaction."""

import pytest

from estate_app.payment import opening
from tests.fixtures import money


@pytest.fixture
def vendor():
    """The vendor in memory in WeChat's place."""
    with money.vendor() as gateway:
        yield gateway


@pytest.fixture
def tab(act, vendor, monkeypatch):
    """`act`, with the talks to the vendor in the same transaction."""
    monkeypatch.setattr(opening, "unit_of_work", act.unit_of_work)
    return act
