"""Bill runs as they are shown, in both languages."""

from datetime import UTC, date, datetime

import pytest

from estate_app.billing.models import FeeKind, RunStatus, SkipReason
from estate_app.billing.run_queries import DraftRow, RunDetail, RunItem, RunRow
from estate_app.ui.pages.manager.billing import present
from estate_app.ui.view import Badge, Fact

NOW = datetime(2026, 11, 18, 2, 58, tzinfo=UTC)


def run(**changes) -> RunRow:
    facts = {
        "id": 4, "number": "CZ202611-0004", "estate_id": 1, "estate_name": "翠湖花园", "period": date(2026, 11, 1), "status": RunStatus.draft,
        "due_on": date(2026, 11, 30), "creator": "周敏", "created_at": NOW, "issued_at": None, "room_count": 12, "bill_count": 1_230,
        "issued_count": 615, "total_fen": 102_638_420, "skip_count": 3, "item_ids": (1, 2),
    }  # fmt: skip
    return RunRow(**(facts | changes))


def draft(**changes) -> DraftRow:
    facts = {
        "id": 9, "room_id": 2, "room_code": "3-2-1501", "place": "3栋2单元1501", "item_id": 1, "item_name": "水费", "item_name_en": "Water", "skip": None,
        "flag": "", "quantity_milli": 12_345, "amount_fen": 4_321, "last_fen": 4_000, "change_fen": 321, "bill_id": None,
    }  # fmt: skip
    return DraftRow(**(facts | changes))


@pytest.mark.parametrize(
    ("now", "last", "said"), [(105, 100, "+5.0%"), (100, 100, "0.0%"), (95, 100, "−5.0%"), (5, 0, "—"), (5, None, "—"), (0, 100, "−100.0%")]
)
def test_change(now, last, said):
    assert present.change_text(now, last) == said


@pytest.mark.parametrize(
    ("kind", "milli", "said"),
    [(FeeKind.area, 89_000, "89.00 m²"), (FeeKind.metered, 12_345, "12.35"), (FeeKind.area, 1_234_567, "1,234.57 m²")],
)
def test_quantity(kind, milli, said):
    assert present.quantity_text(kind, milli, "en") == said


class TestRuns:
    def test_a_card(self):
        card = present.run_card(run(), {1: "物业费", 2: "水费"}, locale="zh")
        assert card == present.RunCard(
            "4", "CZ202611-0004", "/manage/billing/4", "2026年11月", "物业费、水费", Badge("待核对", "orange", "soft", "circle-dashed"),
            "1,230", "1,026,384.20", "3", "2026-11-30", "周敏",
        )  # fmt: skip
        assert present.run_card(run(creator=""), {1: "Property fee"}, locale="en").creator == "Automatic"

    def test_a_head(self):
        head = present.run_head(run(status=RunStatus.issuing), may_run=True, locale="en")
        assert (head.title, head.status, head.percent, head.badge.label, head.may_run) == ("Nov 2026", "issuing", 50, "Issuing", True)
        assert present.run_head(run(bill_count=0, issued_count=0), may_run=False, locale="en").percent == 0

    def test_every_state_and_reason_has_its_word(self):
        assert set(present.RUN_LOOK) == set(RunStatus)
        assert set(present.SKIPS) == set(SkipReason)


class TestDrafts:
    @pytest.mark.parametrize(
        ("changes", "problem", "tone"),
        [
            ({}, "正常", "green"),
            ({"flag": "spike"}, "用量突增", "orange"),
            ({"skip": SkipReason.no_meter}, "没有表", "red"),
            ({"skip": SkipReason.already_billed}, "已出过账", "gray"),
        ],
    )
    def test_what_is_odd(self, changes, problem, tone):
        line = present.draft_line(draft(**changes), locale="zh")
        assert (line.problem, line.tone) == (problem, tone)

    def test_amounts_and_dashes(self):
        line = present.draft_line(draft(), locale="en")
        assert (line.room, line.item, line.amount, line.last, line.change) == ("3-2-1501", "Water", "43.21", "40.00", "+8.0%")
        left_out = present.draft_line(draft(skip=SkipReason.no_meter, last_fen=None), locale="en")
        assert (left_out.quantity, left_out.amount, left_out.last, left_out.change) == ("—", "—", "—", "—")


class TestCheck:
    DETAIL = RunDetail(
        run(), (RunItem(1, "水费", "Water", FeeKind.metered, 10, 12_000, 4_800, 4_000),),
        ((SkipReason.already_billed, 2), (SkipReason.no_reading, 5)), (("spike", 3),), 98_000_000,
    )  # fmt: skip

    def test_only_what_hinders_is_counted_as_blocked(self):
        assert present.blocked_count(self.DETAIL) == 5

    def test_figures(self):
        total, bills, average, check = present.kpis(self.DETAIL, locale="en")
        assert (total.value, total.change, total.note) == ("¥1,026,384.20", "+4.7%", "last month ¥980,000.00")
        assert (bills.value, average.value) == ("1,230", "¥834.45")
        assert (check.value, check.note, check.tone) == ("8", "5 cannot be billed, 3 to confirm", "red")

    def test_reasons(self):
        assert present.skip_facts(self.DETAIL, locale="en") == [
            Fact("Billed already", "2", ""),
            Fact("No reading this month", "5", "red"),
            Fact("Use jumped", "3", "orange"),
        ]

    def test_an_item_beside_last_month(self):
        line = present.item_line(self.DETAIL.items[0], locale="en")
        assert (line.name, line.count, line.quantity, line.amount, line.change) == ("Water", "10", "12.00", "48.00", "+20.0%")
