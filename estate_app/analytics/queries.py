"""The dashboards' data within an actor's scope, from the extracts alone: no chart ever queries the live tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from estate_app.access.actor import Actor, Scope
from estate_app.access.permission import Permission
from estate_app.analytics import finding
from estate_app.analytics.dashboards import BehaviourDashboard, Kpi, PaymentDashboard, RepairDashboard, Unit
from estate_app.analytics.extract import extracted_at, load
from estate_app.analytics.figures.text import CHANNELS
from estate_app.analytics.frames import behaviour, payments, repairs
from estate_app.analytics.frames.common import Grain, local_date, month_of
from estate_app.analytics.insight import Forecast, HotSpot, forecast, hot_spots
from estate_app.errors import InvalidError, NotFoundError
from estate_app.kit.clock import add_months, day_bounds, month_start
from estate_app.kit.i18n import Message, msg

MAX_DAYS = 1100
_FORECAST_DAYS = 120
_WEEKS_FROM = 92
"""From how many days on a trend is drawn by week."""


@dataclass(frozen=True, slots=True)
class _Span:
    """A period and the one of equal length before it; both ends count."""

    since: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def before(self) -> "_Span":
        return _Span(self.since - timedelta(days=self.days), self.since - timedelta(days=1))

    def of(self, frame: pl.LazyFrame, column: str) -> pl.LazyFrame:
        """The rows of which an instant lies in the period."""
        return frame.filter(local_date(column).is_between(self.since, self.until))


def repair_dashboard(
    actor: Actor, *, estate_id: int | None, since: date, until: date, category_id: int | None = None, folder: Path | None = None
) -> RepairDashboard:
    """The repair dashboard of an estate, or of all within the actor's scope. `category_id` is a leaf of the tree.

    Raises:
        NotFoundError: the estate is out of the actor's scope.
        InvalidError: the period ends before it begins or is longer than three years.
    """
    span = _checked(since, until)
    known_until = extracted_at(folder=folder)
    everything = repairs.reported(_in_scope(load("repairs", folder=folder), actor, estate_id, Permission.repair_analytics))
    if category_id is not None:
        everything = everything.filter(pl.col("category_id") == str(category_id))
    everything = everything.collect().lazy()
    now, before = span.of(everything, "submitted_at"), span.before.of(everything, "submitted_at")
    history = repairs.volume(everything, from_on=until - timedelta(days=_FORECAST_DAYS), to_on=until).collect()
    ahead = forecast([float(n) for n in history["orders"]]) if history["orders"].sum() else None
    cells = repairs.building_by_category(now.with_columns(category=pl.col("problem"))).collect()
    spots = hot_spots(cells.lazy())
    volume = repairs.volume(everything, from_on=since, to_on=until, grain=_grain(span)).collect()
    by_category = repairs.distribution(now).collect()
    backlog = repairs.backlog_age(everything, now=known_until or day_bounds(until)[1]).collect()
    rework = repairs.rework(now).collect()
    on_time = repairs.on_time(now, ["category"]).collect()
    return RepairDashboard(
        since=since,
        until=until,
        extracted_at=known_until,
        kpis=_repair_kpis(now, before),
        volume=volume,
        volume_before=repairs.volume(everything, from_on=span.before.since, to_on=span.before.until, grain=_grain(span)).collect(),
        forecast=ahead,
        by_category=by_category,
        by_problem=repairs.distribution(now, "problem").collect(),
        by_building=repairs.distribution(now, "building").collect(),
        buildings_by_category=cells,
        hot_spots=spots,
        responses=repairs.responses(now).collect(),
        durations=repairs.durations(now, ["category"]).collect(),
        on_time=on_time,
        satisfaction=repairs.satisfaction(now).collect(),
        technicians=repairs.technician_load(now).collect(),
        backlog=backlog,
        rework=rework,
        findings=_repair_findings(now, before, ahead, spots, by_category, backlog, rework),
    )


def payment_dashboard(actor: Actor, *, estate_id: int | None, since: date, until: date, folder: Path | None = None) -> PaymentDashboard:
    """The payment dashboard of the bills of a period's months; ages and arrears are as of its last day."""
    span = _checked(since, until)
    bills = _in_scope(load("bills", folder=folder), actor, estate_id, Permission.payment_analytics).collect().lazy()
    money = _in_scope(load("payments", folder=folder), actor, estate_id, Permission.payment_analytics)
    now = bills.filter(pl.col("period").is_between(pl.lit(f"{since:%Y-%m}"), pl.lit(f"{until:%Y-%m}")))
    paid, paid_before = span.of(money, "paid_at"), span.before.of(money, "paid_at")
    by_period = payments.collection(now).collect()
    curve = payments.days_to_pay(now, on=until).collect()
    shares = payments.channel_share(paid).collect()
    months = bills.filter(pl.col("period").is_between(pl.lit(f"{add_months(month_start(until), -11):%Y-%m}"), pl.lit(f"{until:%Y-%m}")))
    recent = _Span(min(since, add_months(month_start(until), -5)), until)
    return PaymentDashboard(
        since=since,
        until=until,
        extracted_at=extracted_at(folder=folder),
        kpis=_payment_kpis(now, bills, paid, paid_before, curve, until),
        by_period=by_period,
        by_month=payments.collection(months).collect(),
        by_building=payments.collection(now, ["building_id", "building"]).collect(),
        by_item=payments.collection(now, ["item_id", "item"]).collect(),
        ageing=payments.ageing(bills, on=until).collect(),
        arrears=payments.arrears_distribution(bills, on=until).collect(),
        arrears_rooms=payments.arrears_list(bills, on=until).collect(),
        channels=payments.channel_share(recent.of(money, "paid_at").with_columns(period=month_of("paid_at")), ["period"]).collect(),
        days_to_pay=curve,
        findings=_said(
            ("by_period", finding.collected(by_period)),
            ("channels", finding.largest(shares, "channel", words=CHANNELS)),
            ("days_to_pay", finding.paid_within(curve)),
        ),
    )


def behaviour_dashboard(actor: Actor, *, estate_id: int | None, since: date, until: date, folder: Path | None = None) -> BehaviourDashboard:
    """The behaviour dashboard, of people who agreed; fewer than twenty of them are shown to nobody."""
    span = _checked(since, until)
    events = _in_scope(load("events", folder=folder), actor, estate_id, Permission.behaviour_analytics).collect().lazy()
    now, before = span.of(events, "at"), span.before.of(events, "at")
    people = _people(now)
    is_hidden = people < finding.MIN_GROUP
    if is_hidden:
        now, events = now.clear(), events.clear()
    active = behaviour.active(events, from_on=since, to_on=until, grain=_grain(span)).collect()
    logins = behaviour.logins_by_hour(now).collect()
    bill_funnel = behaviour.funnel(now).collect()
    by_hour = logins.group_by("hour").agg(pl.col("logins").sum()).sort("hour")
    hours = dict(zip(by_hour["hour"], by_hour["logins"], strict=True))
    return BehaviourDashboard(
        since=since,
        until=until,
        extracted_at=extracted_at(folder=folder),
        is_hidden=is_hidden,
        kpis=() if is_hidden else _behaviour_kpis(now, before),
        active=active,
        logins=logins,
        repair_frequency=behaviour.frequency(now, name="repair_reported").collect(),
        payment_frequency=behaviour.frequency(now, name="bill_paid").collect(),
        bill_funnel=bill_funnel,
        repair_funnel=behaviour.funnel(now, behaviour.REPAIR_FUNNEL).collect(),
        cohorts=behaviour.cohorts(events).collect(),
        findings=_said(
            ("logins", finding.peak_hours([int(hours.get(hour, 0)) for hour in range(24)])),
            ("bill_funnel", finding.largest_drop(bill_funnel, STAGE_NAMES)),
        ),
    )


STAGE_NAMES: dict[str, Message] = {
    "bill_seen": msg("Bill seen"),
    "bill_opened": msg("Bill opened"),
    "payment_started": msg("Payment started"),
    "bill_paid": msg("Bill paid"),
    "repair_reported": msg("Repair reported"),
    "repair_rated": msg("Repair rated"),
}


def _checked(since: date, until: date) -> _Span:
    if until < since:
        raise InvalidError(msg("The period ends before it begins"), field="until")
    if (until - since).days >= MAX_DAYS:
        raise InvalidError(msg("Choose a period of at most three years"), field="since")
    return _Span(since, until)


def _in_scope(frame: pl.LazyFrame, actor: Actor, estate_id: int | None, permission: Permission) -> pl.LazyFrame:
    """Only what the actor may see; an estate that lies outside is unknown, as if it did not exist."""
    actor.require(permission)
    scope = actor.scope(permission)
    visible = frame if scope.is_everywhere else frame.filter(_within(scope))
    if estate_id is None:
        return visible
    chosen = visible.filter(pl.col("estate_id") == str(estate_id))
    if not scope.covers(estate_id=estate_id) and chosen.head(1).collect().is_empty():
        raise NotFoundError
    return chosen


def _within(scope: Scope) -> pl.Expr:
    estates = [str(estate_id) for estate_id in scope.estate_ids]
    buildings = [str(building_id) for building_id in scope.building_ids]
    return pl.col("estate_id").is_in(estates).fill_null(value=False) | pl.col("building_id").is_in(buildings).fill_null(value=False)


def _grain(span: _Span) -> Grain:
    return Grain.week if span.days >= _WEEKS_FROM else Grain.day


def _said(*pairs: tuple[str, Message | None]) -> tuple[tuple[str, Message], ...]:
    return tuple((name, sentence) for name, sentence in pairs if sentence is not None)


def _count(frame: pl.LazyFrame) -> int:
    return int(frame.select(pl.len()).collect().item())


def _people(frame: pl.LazyFrame) -> int:
    return int(behaviour.residents(frame).select(pl.col("user_id").n_unique()).collect().item())


def _number(frame: pl.DataFrame, column: str) -> float | None:
    return None if frame.is_empty() or frame[column][0] is None else float(frame[column][0])


def _repair_kpis(now: pl.LazyFrame, before: pl.LazyFrame) -> tuple[Kpi, ...]:
    spans, spans_before = repairs.durations(now).collect(), repairs.durations(before).collect()
    stars, stars_before = _stars(now), _stars(before)
    first, first_before = repairs.rework(now).collect(), repairs.rework(before).collect()
    late, late_before = repairs.on_time(now).collect(), repairs.on_time(before).collect()
    p90 = _number(spans, "response_p90")
    note = None if p90 is None else msg("90% within {minutes} minutes", minutes=round(p90))
    rated = now.filter(pl.col("rated_at").is_not_null())
    return (
        Kpi("orders", msg("Reports"), float(_count(now)), Unit.orders, float(_count(before))),
        Kpi(
            "response", msg("Median response"), _number(spans, "response_median"), Unit.minutes,
            _number(spans_before, "response_median"), note,
            is_more_better=False,
        ),
        Kpi(
            "completion", msg("Median time to repair"), _number(spans, "completion_median"), Unit.minutes,
            _number(spans_before, "completion_median"), is_more_better=False,
        ),
        Kpi("on_time", msg("On time"), _number(late, "rate"), Unit.share, _number(late_before, "rate"), is_more_better=True),
        Kpi("first_time", msg("Fixed the first time"), _kept(first), Unit.share, _kept(first_before), is_more_better=True),
        Kpi(
            "stars", msg("Satisfaction"), stars, Unit.stars, stars_before, msg("{count} ratings", count=_count(rated)), is_more_better=True,
        ),
    )  # fmt: skip


def _repair_findings(
    now: pl.LazyFrame,
    before: pl.LazyFrame,
    ahead: Forecast | None,
    spots: tuple[HotSpot, ...],
    by_category: pl.DataFrame,
    backlog: pl.DataFrame,
    rework: pl.DataFrame,
) -> tuple[tuple[str, Message], ...]:
    return _said(
        ("volume", ahead.sentence if ahead else finding.change(_count(now), _count(before))),
        ("by_category", finding.largest(by_category, "category")),
        ("buildings_by_category", spots[0].sentence if spots else None),
        ("responses", _response_note(now)),
        ("on_time", finding.rate(repairs.on_time(now).collect(), "decided")),
        ("backlog", finding.backlog(backlog)),
        ("rework", finding.rate(rework, "completed")),
    )


def _response_note(now: pl.LazyFrame) -> Message | None:
    verdicts = repairs.on_time(now, kind="response").collect()
    rate = _number(verdicts, "rate")
    return None if rate is None else msg("{share} accepted within the promise", share=finding.percent(rate))


def _kept(rework: pl.DataFrame) -> float | None:
    rate = _number(rework, "rate")
    return None if rate is None else 1 - rate


def _stars(frame: pl.LazyFrame) -> float | None:
    """The mean of the three dimensions over all rated orders."""
    scores = pl.mean_horizontal("rating_quality", "rating_attitude", "rating_timeliness")
    value = frame.filter(pl.col("rated_at").is_not_null()).select(scores.mean()).collect().item()
    return None if value is None else float(value)


def _payment_kpis(
    now: pl.LazyFrame, bills: pl.LazyFrame, paid: pl.LazyFrame, paid_before: pl.LazyFrame, curve: pl.DataFrame, until: date
) -> tuple[Kpi, ...]:
    total = payments.collection(now, []).collect()
    overdue = payments.valid(bills).filter((pl.col("due_on") < until) & (pl.col("owed_fen") > 0))
    owed, rooms = overdue.select(pl.col("owed_fen").sum(), pl.col("room_id").n_unique()).collect().row(0)
    half = curve.filter(pl.col("share") >= 0.5)
    return (
        Kpi("billed", msg("Billed"), _sum(total, "billed_fen"), Unit.fen),
        Kpi("rate", msg("Collection rate"), _share(total), Unit.share, is_more_better=True),
        Kpi("received", msg("Received"), _money(paid), Unit.fen, _money(paid_before), is_more_better=True),
        Kpi(
            "overdue",
            msg("Overdue"),
            float(owed or 0),
            Unit.fen,
            note=msg("{count} households", count=int(rooms or 0)),
            is_more_better=False,
        ),
        Kpi("days", msg("Half is paid after"), None if half.is_empty() else float(half["day"][0]), Unit.days, is_more_better=False),
    )


def _sum(frame: pl.DataFrame, column: str) -> float:
    return float(frame[column].sum() or 0)


def _share(total: pl.DataFrame) -> float | None:
    billed = _sum(total, "billed_fen")
    return _sum(total, "paid_fen") / billed if billed else None


def _money(frame: pl.LazyFrame) -> float:
    return float(frame.select(pl.col("amount_fen").sum()).collect().item() or 0)


def _behaviour_kpis(now: pl.LazyFrame, before: pl.LazyFrame) -> tuple[Kpi, ...]:
    def times(frame: pl.LazyFrame, name: str) -> float:
        return float(_count(behaviour.residents(frame).filter(pl.col("name") == name)))

    pairs: Sequence[tuple[str, Message]] = (
        ("login", msg("Logins")), ("repair_reported", msg("Repairs reported")), ("bill_paid", msg("Bills paid online")),
    )  # fmt: skip
    people = Kpi("people", msg("Active residents"), float(_people(now)), Unit.people, float(_people(before)))
    return (people, *(Kpi(name, title, times(now, name), Unit.times, times(before, name)) for name, title in pairs))
