"""Sheets of labels: a PDF with a QR for each, only of what the person manages."""

import pytest

from estate_app.errors import ForbiddenError, InvalidError, NotFoundError
from estate_app.repair.labels import label_sheet, label_url, labels_of
from tests.fixtures.facility import facility


def test_the_sheet_holds_facilities_and_areas_in_the_order_asked_for(uow, cast):
    lift, pump = facility(uow, cast), facility(uow, cast, number="SB-01", name="水泵", kind="pump")
    found = labels_of(uow.session, cast.auditor, facility_ids=[pump.id, lift.id, pump.id], area_ids=[lift.public_area_id])
    assert [(label.code, label.name) for label in found] == [
        (pump.code, "水泵"), (lift.code, "1 号客梯"), (f"A-{lift.public_area_id}", "3栋电梯厅"),
    ]  # fmt: skip
    name, content = label_sheet(uow.session, cast.auditor, facility_ids=[lift.id], area_ids=[])
    assert (name, content[:5], label_url(lift.code).endswith(f"/report/{lift.code}")) == ("labels.pdf", b"%PDF-", True)
    assert content == label_sheet(uow.session, cast.auditor, facility_ids=[lift.id], area_ids=[])[1]


def test_strangers_get_none_and_an_empty_choice_is_refused(uow, cast):
    lift = facility(uow, cast)
    for ids in ({"facility_ids": [lift.id], "area_ids": []}, {"facility_ids": [], "area_ids": [lift.public_area_id]}):
        with pytest.raises(NotFoundError):
            labels_of(uow.session, cast.foreign_dispatcher, **ids)
        with pytest.raises(ForbiddenError):
            labels_of(uow.session, cast.owner, **ids)
    with pytest.raises(InvalidError):
        labels_of(uow.session, cast.supervisor, facility_ids=[], area_ids=[])
