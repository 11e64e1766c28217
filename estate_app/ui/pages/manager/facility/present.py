"""One facility: its facts, figures of a year, plans and history. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.repair.facility_models import CountsFrom, FacilityPlan, PlanUnit
from estate_app.repair.facility_queries import FacilityDetail, HistoryRow, PlanRow
from estate_app.repair.facility_rules import KIND_NAMES
from estate_app.repair.upkeep import PlanFacts
from estate_app.ui.pages.common.repair import named
from estate_app.ui.pages.manager.facilities.present import number, warranty_badge, whole
from estate_app.ui.pages.manager.item_rooms.present import read_day
from estate_app.ui.states import repair_badge
from estate_app.ui.view import Badge, Fact, Kpi, Option
from estate_app.ui.when import exact_text, full_day

UNITS: Mapping[PlanUnit, Message] = {
    PlanUnit.day: msg("Every so many days"),
    PlanUnit.month: msg("Every so many months"),
    PlanUnit.meter: msg("By its counter"),
}
FROM: Mapping[CountsFrom, Message] = {
    CountsFrom.planned: msg("From the planned date"),
    CountsFrom.done: msg("From the day it was done"),
}


_NONE = Badge("")


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One plan."""

    id: str
    name: str
    rule: str
    due: str
    is_overdue: bool
    order: str
    order_href: str
    is_active: bool
    badge: Badge


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One order."""

    id: str
    href: str
    number: str
    title: str
    kind: Badge
    badge: Badge
    reported: str
    material: str


@dataclass(frozen=True, slots=True)
class PlanValues:
    """What the form of a plan begins with; without an id it adds one."""

    id: str = ""
    name: str = ""
    category_id: str = ""
    unit: str = "month"
    every: str = "1"
    lead: str = "3"
    counts_from: str = "planned"
    due_on: str = ""
    due_value: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """Everything on the page."""

    title: str = ""
    context: str = ""
    label_href: str = ""
    report_href: str = ""
    counter_unit: str = ""
    last_value: str = ""
    is_active: bool = True
    warranty: Badge = _NONE
    facts: list[Fact] = field(default_factory=list)
    kpis: list[Kpi] = field(default_factory=list)
    plans: list[PlanLine] = field(default_factory=list)
    history: list[HistoryLine] = field(default_factory=list)
    readings: list[Fact] = field(default_factory=list)


def view(found: FacilityDetail, *, today: date, locale: str) -> View:
    """Turn a facility into the page."""
    facility = found.row.facility
    last = found.readings[0].value if found.readings else None
    return View(
        title=f"{facility.name} {facility.number}",
        context=f"{found.row.estate} {found.row.place}",
        label_href=f"/labels.pdf?facilities={facility.id}",
        report_href=f"/report/{facility.code}",
        counter_unit=facility.counter_unit,
        last_value="" if last is None else str(last),
        is_active=facility.is_active,
        warranty=warranty_badge(facility, today=today, locale=locale),
        facts=_facts(found, locale),
        kpis=_kpis(found, locale),
        plans=[_plan_line(row, last, facility.counter_unit, today=today, locale=locale) for row in found.plans],
        history=[_history_line(row, locale) for row in found.history],
        readings=[Fact(exact_text(r.at), f"{r.value:,} {facility.counter_unit}") for r in found.readings],
    )


def _facts(found: FacilityDetail, locale: str) -> list[Fact]:
    facility = found.row.facility
    none = "—"

    def said(message: Message, value: str) -> Fact:
        return Fact(translate(message, locale), value or none)

    life = none
    if facility.life_years and facility.installed_on:
        life = translate(
            msg("{years} years, until {year}", years=facility.life_years, year=facility.installed_on.year + facility.life_years), locale
        )
    return [
        said(msg("Kind"), translate(KIND_NAMES[facility.kind], locale)),
        said(msg("Maker"), facility.maker),
        said(msg("Model"), facility.model),
        said(msg("Installed on"), full_day(facility.installed_on, locale=locale) if facility.installed_on else none),
        said(msg("Warranty until"), full_day(facility.warranty_ends_on, locale=locale) if facility.warranty_ends_on else none),
        said(msg("Expected life"), life),
        said(msg("Purchase price"), format_yuan(facility.cost_fen, sign=True) if facility.cost_fen is not None else none),
        said(msg("Usual kind of fault"), named(*found.category, locale) if found.category else none),
        said(msg("Code of its label"), facility.code),
        said(msg("Note"), facility.note),
    ]


def _kpis(found: FacilityDetail, locale: str) -> list[Kpi]:
    year = translate(msg("in 365 days"), locale)
    minutes = translate(msg("{minutes} minutes of work", minutes=f"{found.labour_minutes:,}"), locale)
    return [
        Kpi(translate(msg("Faults"), locale), str(found.faults), note=year),
        Kpi(translate(msg("Out of service"), locale), hours_text(found.standstill), translate(msg("hours"), locale), year),
        Kpi(translate(msg("Material cost"), locale), format_yuan(found.material_fen), translate(msg("yuan"), locale), minutes),
    ]


def hours_text(span: timedelta) -> str:
    """Hours with one decimal, rounded half up."""
    tenths = (int(span.total_seconds()) * 10 + 1800) // 3600
    return f"{tenths // 10:,}.{tenths % 10}"


def _plan_line(row: PlanRow, last: int | None, unit: str, *, today: date, locale: str) -> PlanLine:
    plan = row.plan
    late = plan.due_on is not None and plan.due_on < today
    late = late or (plan.due_value is not None and last is not None and last >= plan.due_value)
    if not plan.is_active:
        badge = Badge(translate(msg("Rests"), locale), "gray", "surface", "pause")
    elif row.open_id:
        badge = Badge(translate(msg("Order made"), locale), "indigo", "soft", "clipboard-list")
    elif late:
        badge = Badge(translate(msg("Overdue"), locale), "red", "soft", "alarm-clock")
    else:
        badge = Badge(translate(msg("Planned"), locale), "green", "soft", "calendar-days")
    due = full_day(plan.due_on, locale=locale) if plan.due_on else f"{plan.due_value:,} {unit}"
    return PlanLine(
        str(plan.id), plan.name, rule_text(plan, unit, locale), due, late and plan.is_active, row.open_number,
        f"/manage/repairs/{row.open_id}" if row.open_id else "", plan.is_active, badge,
    )  # fmt: skip


def rule_text(plan: FacilityPlan, unit: str, locale: str) -> str:
    """How a plan repeats, in words."""
    if plan.unit is PlanUnit.meter:
        rule = msg("Every {count} {unit}, {lead} before", count=f"{plan.every:,}", unit=unit, lead=plan.lead)
    elif plan.unit is PlanUnit.month:
        rule = msg("Every {count} months, {lead} days before", count=plan.every, lead=plan.lead)
    else:
        rule = msg("Every {count} days, {lead} days before", count=plan.every, lead=plan.lead)
    return f"{translate(rule, locale)} · {translate(FROM[plan.counts_from], locale)}"


def _history_line(row: HistoryRow, locale: str) -> HistoryLine:
    if row.is_planned:
        kind = Badge(translate(msg("Upkeep"), locale), "indigo", "soft", "calendar-days")
    elif row.is_out_of_service:
        kind = Badge(translate(msg("Out of service"), locale), "red", "soft", "triangle-alert")
    else:
        kind = Badge(translate(msg("Fault"), locale), "gray", "soft", "wrench")
    return HistoryLine(
        str(row.id), f"/manage/repairs/{row.id}", row.number, named(row.category, row.category_en, locale), kind,
        repair_badge(row.status.value, locale=locale), exact_text(row.submitted_at), format_yuan(row.material_fen),
    )  # fmt: skip


def plan_values(plan: FacilityPlan) -> PlanValues:
    """What an edit of a plan begins with."""
    return PlanValues(
        str(plan.id), plan.name, str(plan.category_id), plan.unit.value, str(plan.every), str(plan.lead), plan.counts_from.value,
        plan.due_on.isoformat() if plan.due_on else "", str(plan.due_value or ""),
    )  # fmt: skip


def options(words: Mapping[PlanUnit, Message] | Mapping[CountsFrom, Message], locale: str) -> list[Option]:
    """Words as choices."""
    return [Option(str(key.value), translate(word, locale)) for key, word in words.items()]


def read_plan(form: Mapping[str, str]) -> PlanFacts:
    """What was typed of a plan."""
    return PlanFacts(
        name=form.get("name", ""),
        category_id=number(form.get("category_id", "")),
        unit=form.get("unit", ""),
        every=whole(form.get("every", ""), "every") or 0,
        lead=whole(form.get("lead", ""), "lead") or 0,
        counts_from=form.get("counts_from", ""),
        due_on=read_day(form["due_on"], "due_on") if form.get("due_on") else None,
        due_value=whole(form.get("due_value", ""), "due_value"),
    )
