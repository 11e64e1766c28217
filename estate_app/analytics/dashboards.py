"""What the dashboards show: numbers with their comparison, the frames that the figures draw, and the findings beside them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import polars as pl

from estate_app.analytics.insight import Forecast, HotSpot
from estate_app.kit.i18n import Message


class Unit(StrEnum):
    """What a number counts."""

    orders = "orders"
    minutes = "minutes"
    share = "share"
    stars = "stars"
    fen = "fen"
    days = "days"
    people = "people"
    times = "times"


@dataclass(frozen=True, slots=True)
class Kpi:
    """One number; `before` is the same over the period of equal length before, None where there was too little to say."""

    key: str
    title: Message
    value: float | None
    unit: Unit
    before: float | None = None
    note: Message | None = None
    is_more_better: bool | None = None


@dataclass(frozen=True, slots=True)
class RepairDashboard:
    """The repair dashboard of a period (both days count). Frames are those of `frames.repairs`, named as there."""

    since: date
    until: date
    extracted_at: datetime | None
    kpis: tuple[Kpi, ...]
    volume: pl.DataFrame
    volume_before: pl.DataFrame
    forecast: Forecast | None
    by_category: pl.DataFrame
    by_problem: pl.DataFrame
    by_building: pl.DataFrame
    buildings_by_category: pl.DataFrame
    hot_spots: tuple[HotSpot, ...]
    responses: pl.DataFrame
    durations: pl.DataFrame
    on_time: pl.DataFrame
    satisfaction: pl.DataFrame
    technicians: pl.DataFrame
    backlog: pl.DataFrame
    rework: pl.DataFrame
    findings: tuple[tuple[str, Message], ...]
    """The sentence beside each chart, by the frame's name."""


@dataclass(frozen=True, slots=True)
class PaymentDashboard:
    """The payment dashboard. Rates are of the bills whose month lies in the period; ages are as of `until`."""

    since: date
    until: date
    extracted_at: datetime | None
    kpis: tuple[Kpi, ...]
    by_period: pl.DataFrame
    by_month: pl.DataFrame
    """The twelve months that end with the period's last, each as `by_period`."""
    by_building: pl.DataFrame
    by_item: pl.DataFrame
    ageing: pl.DataFrame
    arrears: pl.DataFrame
    arrears_rooms: pl.DataFrame
    channels: pl.DataFrame
    """What came in during the period and the five months before its last one, by month of payment."""
    days_to_pay: pl.DataFrame
    findings: tuple[tuple[str, Message], ...]


@dataclass(frozen=True, slots=True)
class BehaviourDashboard:
    """The behaviour dashboard; `is_hidden` when fewer than twenty residents were active: then it holds no figures at all."""

    since: date
    until: date
    extracted_at: datetime | None
    is_hidden: bool
    kpis: tuple[Kpi, ...]
    active: pl.DataFrame
    logins: pl.DataFrame
    repair_frequency: pl.DataFrame
    payment_frequency: pl.DataFrame
    bill_funnel: pl.DataFrame
    repair_funnel: pl.DataFrame
    cohorts: pl.DataFrame
    findings: tuple[tuple[str, Message], ...]
