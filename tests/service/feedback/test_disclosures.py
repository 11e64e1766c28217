"""Public income: written by one, published by another, corrected by versions, seen by the estate's residents, equal to its lines."""

from datetime import date

import pytest
from sqlmodel import select

from estate_app.access.models import AuditEntry
from estate_app.access.permission import PermissionSet
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.feedback.disclosure_models import Disclosure, DisclosureLine, DisclosureStatus, Side
from estate_app.feedback.disclosure_queries import list_disclosures, read_disclosure
from estate_app.feedback.disclosures import (
    Line,
    discard_draft,
    open_draft,
    publish_disclosure,
    put_line,
    quarter_start,
    remove_line,
    save_draft,
    save_note,
)
from estate_app.kit.pagination import PageRequest
from estate_app.ledger.models import Journal
from estate_app.notification.models import InboxItem
from tests.fixtures import make

Q3, Q2 = date(2026, 7, 1), date(2026, 4, 1)
LINES = [
    Line(Side.income, "电梯广告", 2_640_001, "合同 GG-3"),
    Line(Side.income, "公共车位", 3_876_000),
    Line(Side.spending, "照明改造", 1_580_007),
]


def draft(uow, cast, quarter=Q3, lines=LINES) -> Disclosure:
    row = open_draft(uow, cast.service, estate_id=cast.estate.id, quarter_on=quarter)
    return save_draft(uow, cast.service, disclosure_id=row.id, lines=lines, note="说明")


def published(uow, cast, **extra) -> Disclosure:
    return publish_disclosure(uow, cast.supervisor, disclosure_id=draft(uow, cast, **extra).id)


def listed(uow, actor):
    return list_disclosures(uow.session, actor, page=PageRequest(), now=uow.now).rows


class TestWriting:
    def test_totals_equal_the_sums_of_the_lines_and_the_ledger_is_not_touched(self, uow, cast) -> None:
        row = published(uow, cast)
        found = read_disclosure(uow.session, cast.owner, row.id, now=uow.now)
        assert (found.row.income_fen, found.row.spending_fen, found.row.lines) == (6_516_001, 1_580_007, 3)
        assert found.row.income_fen == sum(one.amount_fen for one in found.items if one.side is Side.income)
        assert all(type(fen) is int for fen in (found.row.income_fen, found.row.spending_fen, found.before_fen))
        assert uow.session.exec(select(Journal)).all() == []

    def test_a_quarter_has_one_draft_which_is_found_again(self, uow, cast) -> None:
        row = draft(uow, cast)
        assert open_draft(uow, cast.supervisor, estate_id=cast.estate.id, quarter_on=date(2026, 9, 30)).id == row.id

    def test_items_are_added_changed_and_removed_one_by_one(self, uow, cast) -> None:
        row = draft(uow, cast)
        put_line(uow, cast.service, disclosure_id=row.id, line=Line(Side.spending, "地垫", 100))
        put_line(uow, cast.service, disclosure_id=row.id, line=Line(Side.income, "广告", 5), position=1)
        remove_line(uow, cast.service, disclosure_id=row.id, position=2)
        save_note(uow, cast.service, disclosure_id=row.id, note=" 新说明 ")
        found = read_disclosure(uow.session, cast.service, row.id, now=uow.now)
        assert [(one.name, one.amount_fen) for one in found.items] == [("广告", 5), ("照明改造", 1_580_007), ("地垫", 100)]
        assert found.note == "新说明"
        for position in (0, 4):
            with pytest.raises(NotFoundError):
                remove_line(uow, cast.service, disclosure_id=row.id, position=position)

    @pytest.mark.parametrize(
        ("line", "field"),
        [(Line(Side.income, " ", 1), "name"), (Line(Side.income, "x" * 61, 1), "name"), (Line(Side.income, "x", 0), "amount"),
         (Line(Side.income, "x", -1), "amount"), (Line(Side.income, "x", 1, "y" * 201), "note")],
    )  # fmt: skip
    def test_a_line_that_cannot_be_taken_names_its_field_and_changes_nothing(self, uow, cast, line, field) -> None:
        row = draft(uow, cast)
        with pytest.raises(InvalidError) as refused:
            put_line(uow, cast.service, disclosure_id=row.id, line=line)
        assert refused.value.field == field
        assert len(uow.session.exec(select(DisclosureLine)).all()) == 3

    def test_a_quarter_to_come_cannot_be_written(self, uow, cast) -> None:
        with pytest.raises(InvalidError):
            open_draft(uow, cast.service, estate_id=cast.estate.id, quarter_on=date(2027, 1, 1))
        assert uow.session.exec(select(Disclosure)).all() == []

    @pytest.mark.parametrize(("day", "start"), [(date(2026, 1, 1), date(2026, 1, 1)), (date(2026, 12, 31), date(2026, 10, 1))])
    def test_quarters(self, day, start) -> None:
        assert quarter_start(day) == start


class TestPublishing:
    def test_who_wrote_last_cannot_publish_another_can_and_residents_are_told(self, uow, cast) -> None:
        row = draft(uow, cast)
        with pytest.raises(ConflictError):
            publish_disclosure(uow, cast.service, disclosure_id=row.id)
        assert row.status is DisclosureStatus.draft
        publish_disclosure(uow, cast.supervisor, disclosure_id=row.id)
        told = uow.session.exec(select(InboxItem).where(InboxItem.event == "disclosure")).all()
        assert {(one.account_id, one.link) for one in told} == {(actor.id, f"/income/{row.id}") for actor in (cast.owner, cast.tenant)}
        acts = uow.session.exec(select(AuditEntry.action).where(AuditEntry.entity == "disclosure").order_by(AuditEntry.id)).all()
        assert acts == ["disclosure:draft", "disclosure:save", "disclosure:publish"]

    def test_an_empty_draft_cannot_be_published(self, uow, cast) -> None:
        row = draft(uow, cast, lines=[])
        with pytest.raises(ConflictError):
            publish_disclosure(uow, cast.supervisor, disclosure_id=row.id)

    def test_what_is_published_is_not_edited_but_corrected_and_both_stay_readable(self, uow, cast) -> None:
        first = published(uow, cast)
        for act in (save_note, discard_draft):
            with pytest.raises(ConflictError):
                act(uow, cast.service, disclosure_id=first.id, **({"note": "x"} if act is save_note else {}))
        second = open_draft(uow, cast.service, estate_id=cast.estate.id, quarter_on=Q3)
        assert [one.id for one in listed(uow, cast.owner)] == [first.id]
        put_line(uow, cast.service, disclosure_id=second.id, line=Line(Side.income, "快递柜", 150_000))
        publish_disclosure(uow, cast.supervisor, disclosure_id=second.id)
        assert [(one.id, one.version, one.income_fen) for one in listed(uow, cast.owner)] == [(second.id, 2, 6_666_001)]
        old = read_disclosure(uow.session, cast.owner, first.id, now=uow.now)
        assert (old.row.status, old.row.income_fen, [one.id for one in old.versions]) == (
            DisclosureStatus.replaced, 6_516_001, [second.id, first.id],
        )  # fmt: skip

    def test_what_is_left_adds_up_over_the_published_quarters(self, uow, cast) -> None:
        published(uow, cast, quarter=Q2)
        row = published(uow, cast)
        assert read_disclosure(uow.session, cast.owner, row.id, now=uow.now).before_fen == 6_516_001 - 1_580_007

    def test_a_draft_can_be_thrown_away(self, uow, cast) -> None:
        discard_draft(uow, cast.supervisor, disclosure_id=draft(uow, cast).id)
        assert (uow.session.exec(select(Disclosure)).all(), uow.session.exec(select(DisclosureLine)).all()) == ([], [])


class TestWhoSees:
    def test_strangers_and_drafts_are_not_there(self, uow, cast) -> None:
        row = draft(uow, cast)
        for actor in (cast.owner, cast.stranger):
            with pytest.raises(NotFoundError):
                read_disclosure(uow.session, actor, row.id, now=uow.now)
        publish_disclosure(uow, cast.supervisor, disclosure_id=row.id)
        with pytest.raises(NotFoundError):
            read_disclosure(uow.session, cast.stranger, row.id, now=uow.now)
        assert (listed(uow, cast.stranger), len(listed(uow, cast.payer))) == ((), 1)

    def test_a_resident_reads_no_names_of_the_staff(self, uow, cast) -> None:
        row = published(uow, cast)
        found = read_disclosure(uow.session, cast.owner, row.id, now=uow.now)
        assert (found.drafter, found.drafted_by, found.publisher) == ("", 0, "")

    def test_managers_act_in_their_own_estates_only(self, uow, cast) -> None:
        row = draft(uow, cast)
        foreign = make.manager(uow, "外", "13800000077", PermissionSet.supervisor, cast.other_estate)
        with pytest.raises(NotFoundError):
            publish_disclosure(uow, foreign, disclosure_id=row.id)
        with pytest.raises(NotFoundError):
            open_draft(uow, foreign, estate_id=cast.estate.id, quarter_on=Q3)
        for actor in (cast.owner, cast.cashier, cast.worker):
            with pytest.raises(ForbiddenError):
                open_draft(uow, actor, estate_id=cast.estate.id, quarter_on=Q3)
        with pytest.raises(ForbiddenError):
            listed(uow, cast.cashier)
        assert len(listed(uow, cast.auditor)) == 1
