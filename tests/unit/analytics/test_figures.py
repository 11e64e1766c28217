"""Figures: the numbers that are drawn, the colours that carry meaning, and the words in both languages."""

from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import pytest

from estate_app.analytics.figures import behaviour, payments, repairs
from estate_app.analytics.figures.base import DARK, LIGHT, SEQUENTIAL, Look
from estate_app.analytics.figures.text import yuan_text
from estate_app.analytics.frames import behaviour as behaviour_frames
from estate_app.analytics.frames import payments as payment_frames
from estate_app.analytics.frames import repairs as repair_frames
from estate_app.analytics.frames.common import Grain
from estate_app.analytics.insight import Forecast, ForecastStep, HotSpot
from estate_app.analytics.schema import empty
from tests.unit.analytics.rows import extract, utc

ZH, EN, NIGHT = Look("zh"), Look("en"), Look("zh", is_dark=True)
ONE, TWO = LIGHT.colorway[:2]
DAYS = [date(2026, 11, 18) + timedelta(days=i) for i in range(4)]
VOLUME = pl.DataFrame({"start": DAYS, "orders": [24, 20, 30, 5], "completed": [0, 0, 0, 0]})


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


class TestGround:
    @pytest.mark.parametrize(("palette", "ground"), [(LIGHT, "#FFFFFF"), (DARK, "#17181B")])
    def test_colours_reach_what_accessibility_asks(self, palette, ground):
        assert all(contrast(color, ground) >= 3 for color in palette.colorway)
        assert contrast(palette.text, ground) >= 4.5
        assert contrast(palette.strong, ground) >= 4.5

    @pytest.mark.parametrize("look", [ZH, NIGHT])
    def test_every_number_in_a_heat_map_can_be_read(self, look):
        cells = pl.DataFrame(
            {"building_id": ["b"] * 21, "building": ["1栋"] * 21, "category": [str(i) for i in range(21)], "orders": range(21)}
        )
        shown = repairs.building_by_category(look, cells)
        scale = shown.data[0].colorscale
        for note, orders in zip(shown.layout.annotations, range(21), strict=True):
            share = orders / 20
            nearest = min(scale, key=lambda stop: abs(stop[0] - share))
            if abs(nearest[0] - share) < 1e-9:
                assert contrast(note.font.color, nearest[1]) >= 4.5, (share, note.font.color, nearest)

    def test_the_shared_layout(self):
        layout = repairs.volume(ZH, VOLUME).layout
        assert (layout.paper_bgcolor, layout.showlegend, layout.bargap, layout.barcornerradius) == ("rgba(0,0,0,0)", False, 0.36, 3)
        assert layout.font.family.startswith('"Inter Variable","PingFang SC"')
        assert (layout.title.text, layout.xaxis.showgrid, layout.yaxis.rangemode, layout.hovermode) == (None, False, "tozero", "x unified")
        assert repairs.volume(NIGHT, VOLUME).layout.font.color == DARK.text

    def test_the_dark_scale_is_the_light_one_reversed(self):
        assert [color for _, color in NIGHT.scale] == list(reversed(SEQUENTIAL))
        assert [place for place, _ in ZH.scale] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])


class TestRepairs:
    def test_the_unfinished_day_is_dotted_and_last_period_is_muted(self):
        shown = repairs.volume(EN, VOLUME, before=VOLUME.head(3), is_last_open=True)
        closed, open_step, before = shown.data
        assert (list(closed.x), list(closed.y)) == (["11-18", "11-19", "11-20", "11-21"], [24, 20, 30, None])
        assert (list(open_step.y), open_step.line.dash, open_step.line.color) == ([None, None, 30, 5], "dot", ONE)
        assert (list(before.y), before.line.color) == ([24, 20, 30, None], LIGHT.muted)
        assert closed.hovertext[0] == "This period: 24 orders"
        assert open_step.hovertext == ("", "", "", "This period: 5 orders")
        assert [(note.text, note.y) for note in shown.layout.annotations] == [("This period", 5), ("Last period", 30)]

    def test_a_forecast_is_dotted_with_its_band(self):
        ahead = Forecast((ForecastStep(10, 4, 16), ForecastStep(12, 6, 18)), "smoothed", 0.2, 5)
        low, high, history, expected = repairs.volume_forecast(EN, VOLUME, ahead, ["11-22", "11-23"]).data
        assert list(low.y) == [None] * 3 + [5, 4, 6]
        assert list(high.y) == [None] * 3 + [5, 16, 18]
        assert high.fill == "tonexty"
        assert list(history.y)[-2:] == [None, None]
        assert (list(expected.y)[-2:], expected.line.dash) == ([10, 12], "dot")
        assert expected.hovertext[-1] == "About 12 orders, 80% between 6 and 18"

    def test_beyond_eight_bars_is_one_bar_of_others_and_clicks_carry_the_category(self):
        rows = extract("repairs", [{"category": f"c{i}"} for i in range(10) for _ in range(20 - i)])
        [bars] = repairs.distribution(EN, repair_frames.distribution(rows).collect()).data
        assert list(bars.y) == [f"c{i}" for i in range(8)] + ["Others"]
        assert list(bars.x)[-1] == 12 + 11
        assert list(bars.customdata) == [f"c{i}" for i in range(8)] + [""]
        assert list(bars.marker.color) == [ONE] + [LIGHT.pale] * 8
        assert bars.text[0] == "20"

    def test_a_hot_spot_is_framed_in_colour_two_with_its_level(self):
        frame = pl.DataFrame(
            {
                "building_id": ["b1", "b1", "b2", "b2"],
                "building": ["1栋", "1栋", "2栋", "2栋"],
                "category": ["电梯", "水电"] * 2,
                "orders": [1, 2, 9, 0],
            }
        )
        shown = repairs.building_by_category(EN, frame, [HotSpot("b2", "2栋", "电梯", 9, 3.0, 0.001, 0.004)])
        [heat] = shown.data
        assert (heat.xgap, heat.ygap, [list(row) for row in heat.z]) == (2, 2, [[1, 2], [9, 0]])
        [frame_shape] = shown.layout.shapes
        assert (frame_shape.line.color, frame_shape.x0, frame_shape.y0) == (TWO, -0.5, 0.5)
        assert [note.text for note in shown.layout.annotations] == ["1", "2", "9 · q = 0.004", "0"]
        assert heat.customdata[1][0] == "b2|电梯"
        assert heat.hovertext[1][0] == "2栋, 电梯: 9 orders"

    def test_durations_show_median_and_reach_to_the_ninetieth(self):
        rows = extract("repairs", [{"completion_minutes": m * 60} for m in range(1, 11)])
        [trace] = repairs.durations(EN, repair_frames.durations(rows, ["category"]).collect(), "category").data
        assert (list(trace.x), list(trace.error_x.array), list(trace.error_x.arrayminus)) == ([5.5], [3.5], [0])
        assert trace.hovertext[0] == "水电维修: half within 5.5 h, nine in ten within 9.0 h, n = 10"

    def test_rates_under_target_are_coloured_only_when_the_whole_interval_is(self):
        frame = pl.DataFrame(
            {
                "building": ["1栋", "2栋", "3栋"],
                "rate": [0.5, 0.8, None],
                "rate_low": [0.4, 0.7, None],
                "rate_high": [0.6, 0.95, None],
                "decided": [90, 40, 0],
            }
        )
        shown = repairs.rates(EN, frame, "building", of="decided", target=0.9)
        [trace] = shown.data
        assert (list(trace.y), list(trace.marker.color)) == (["1栋", "2栋"], [TWO, ONE])
        assert (shown.layout.shapes[0].x0, shown.layout.shapes[0].line.dash, shown.layout.annotations[0].text) == (0.9, "dot", "Target 90%")

    def test_five_groups_are_four_lines_and_the_rest_muted(self):
        frame = pl.DataFrame({"start": [DAYS[0]] * 6, "category": list("abcdef"), "orders": [6, 5, 4, 3, 2, 1]})
        shown = repairs.trend_by(EN, frame, "category", grain=Grain.month)
        assert [(line.name, list(line.y), line.line.color) for line in shown.data] == [
            *((name, [orders], LIGHT.colorway[i]) for i, (name, orders) in enumerate([("a", 6), ("b", 5), ("c", 4), ("d", 3)])),
            ("Others", [3], LIGHT.muted),
        ]

    def test_names_at_line_ends_never_lie_on_each_other(self):
        frame = pl.DataFrame({"start": [DAYS[0]] * 3, "category": list("abc"), "orders": [100, 100, 99]})
        notes = repairs.trend_by(EN, frame, "category").layout.annotations
        places = sorted(note.y / 100 * 200 + note.yshift for note in notes)
        assert [round(b - a) for a, b in pairwise(places)] == [14, 14]

    def test_satisfaction_load_and_backlog(self):
        rows = extract(
            "repairs",
            [
                {"order_id": "a", "rating_quality": 5, "technician_id": "t1", "technician": "王建国", "is_open": True},
                {"order_id": "b", "rating_quality": 4, "technician_id": "t1", "technician": "王建国", "is_open": True},
            ],
        )
        [scores] = repairs.satisfaction(EN, repair_frames.satisfaction(rows).collect()).data
        assert (list(scores.y), list(scores.x), scores.text[0]) == (["Quality"], [4.5], "4.50")
        [load] = repairs.technician_load(EN, repair_frames.technician_load(rows).collect()).data
        assert (list(load.x), list(load.customdata)) == ([2], ["t1"])
        [ages] = repairs.backlog(EN, repair_frames.backlog_age(rows, now=utc(6, 30)).collect()).data
        assert (list(ages.y), ages.x[-1], ages.marker.color[-1]) == ([0, 0, 0, 0, 2], "Over 15 days", ONE)


class TestPayments:
    def test_small_buildings_are_not_shown_and_the_lowest_is_coloured(self):
        frame = pl.DataFrame(
            {
                "building": ["1栋", "2栋", "3栋"],
                "households": [20, 19, 40],
                "rate": [0.9, 0.1, 0.5],
                "owed_fen": [100, 100, 12_345_678],
            }
        )
        [bars] = payments.collection_by_building(ZH, frame).data
        assert (list(bars.y), list(bars.marker.color)) == (["3栋", "1栋"], [ONE, LIGHT.pale])

    def test_collection_by_period(self):
        bills = extract("bills", [{"paid_fen": 5_000}, {"period": "2026-07"}])
        line, tail = payments.collection_by_period(EN, payment_frames.collection(bills).collect(), is_last_open=True).data
        assert (list(line.x), list(line.y), list(tail.y)) == (["2026-06", "2026-07"], [0.5, None], [0.5, 0.0])
        assert line.hovertext[0] == "50% collected, ¥50 of ¥100 still open"

    def test_channels_keep_their_colours_and_the_stack_its_order(self):
        rows = extract(
            "payments",
            [
                {"payment_id": "1", "period": "2026-06", "channel": "cash", "amount_fen": 100},
                {"payment_id": "2", "period": "2026-06", "amount_fen": 300},
                {"payment_id": "3", "period": "2026-07", "channel": "alipay", "amount_fen": 5},
            ],
        )
        shown = payments.channels(EN, payment_frames.channel_share(rows, ["period"]).collect())
        assert [(bar.name, bar.marker.color, list(bar.y)) for bar in shown.data] == [
            ("WeChat Pay", ONE, [0.75, 0]),
            ("Alipay", LIGHT.colorway[4], [0, 1.0]),
            ("Cash", LIGHT.muted, [0.25, 0]),
        ]
        assert (shown.layout.showlegend, shown.layout.barmode) == (True, "stack")

    def test_ageing_arrears_and_curve(self):
        bills = extract("bills", [{"due_on": date(2026, 1, 1), "total_fen": 30_000}])
        [ages] = payments.ageing(EN, payment_frames.ageing(bills, on=date(2026, 7, 1)).collect()).data
        assert (list(ages.y), ages.text[-1], ages.marker.color[-1]) == ([0, 0, 0, 0, 300], "¥300", ONE)
        [bands] = payments.arrears(EN, payment_frames.arrears_distribution(bills, on=date(2026, 7, 1)).collect()).data
        assert (list(bands.y), bands.hovertext[1]) == ([0, 1, 0, 0, 0], "¥200–500: 1 households, ¥300")
        [curve] = payments.days_to_pay(EN, payment_frames.days_to_pay(bills, on=date(2026, 7, 1), horizon=2).collect()).data
        assert (list(curve.x), list(curve.y)) == (["0", "1", "2"], [0, 0, 0])

    @pytest.mark.parametrize(
        ("look", "fen", "text"),
        [(ZH, 12_345_678, "¥12.3 万"), (EN, 12_345_678, "¥123.5k"), (ZH, 99_900, "¥999"), (EN, -5_000, "¥-50")],
    )
    def test_yuan_on_axes(self, look, fen, text):
        assert yuan_text(look, fen) == text


class TestBehaviour:
    def test_the_week_has_168_cells_without_numbers(self):
        frame = behaviour_frames.logins_by_hour(extract("events", [{"name": "login", "at": utc(6, 7, 16, 30)}])).collect()
        shown = behaviour.login_hours(EN, frame)
        [heat] = shown.data
        assert (len(heat.z), len(heat.z[0]), heat.z[0][0], len(shown.layout.annotations)) == (7, 24, 1, 0)
        assert heat.hovertext[0][0] == "Mon 0:00, 1 logins"

    def test_funnel_frequency_and_active(self):
        events = extract("events", [{"name": "bill_seen", "subject_id": "b1", "user_id": "u1"} for _ in range(7)])
        [bars] = behaviour.funnel(EN, behaviour_frames.funnel(events).collect()).data
        assert (bars.y[0], list(bars.x), bars.text[0]) == ("Bill seen", [1, 0, 0, 0], "1 · 100%")
        [times] = behaviour.frequency(EN, behaviour_frames.frequency(events, name="bill_seen").collect()).data
        assert (list(times.x)[-1], list(times.y)) == ("6+", [0, 0, 0, 0, 0, 1])
        active = behaviour_frames.active(events, from_on=date(2026, 6, 1), to_on=date(2026, 6, 2)).collect()
        assert list(behaviour.active(EN, active).data[0].y) == [1, 0]

    def test_small_cohorts_are_not_shown(self):
        frame = pl.DataFrame(
            {
                "cohort": [date(2026, 5, 1), date(2026, 5, 1), date(2026, 6, 1)],
                "size": [20, 20, 19],
                "month": [0, 1, 0],
                "residents": [20, 10, 19],
                "share": [1.0, 0.5, 1.0],
            }
        )
        [heat] = behaviour.cohorts(EN, frame).data
        assert (list(heat.y), [list(row) for row in heat.z]) == (["2026-05"], [[1.0, 0.5]])


def test_empty_extracts_still_draw():
    """A new estate has no data; no chart may fail."""
    bills, rows, events = empty("bills"), empty("repairs"), empty("events")
    on = date(2026, 7, 1)
    shown = [
        repairs.distribution(ZH, repair_frames.distribution(rows).collect()),
        repairs.building_by_category(ZH, repair_frames.building_by_category(rows).collect()),
        repairs.durations(ZH, repair_frames.durations(rows, ["category"]).collect(), "category"),
        repairs.satisfaction(ZH, repair_frames.satisfaction(rows).collect()),
        repairs.technician_load(ZH, repair_frames.technician_load(rows).collect()),
        payments.collection_by_period(ZH, payment_frames.collection(bills).collect()),
        payments.channels(ZH, payment_frames.channel_share(empty("payments")).collect()),
        payments.days_to_pay(ZH, payment_frames.days_to_pay(bills, on=on).collect()),
        behaviour.funnel(ZH, behaviour_frames.funnel(events).collect()),
        behaviour.cohorts(ZH, behaviour_frames.cohorts(events).collect()),
    ]
    assert all(figure.layout.paper_bgcolor == "rgba(0,0,0,0)" for figure in shown)
