"""A batch plan as it is previewed. Pure."""

from dataclasses import dataclass

from estate_app.kit.i18n import msg, translate
from estate_app.repair.batch import Applied, PlanCard
from estate_app.repair.rules import QUEUE_NAMES
from estate_app.ui.pages.common.repair import place_of
from estate_app.ui.states import priority_badge
from estate_app.ui.view import Badge, Kpi, Option
from estate_app.ui.when import clock_text


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One planned visit."""

    id: str
    number: str
    href: str
    title: str
    place: str
    priority: Badge
    technician: str
    span: str
    points: str


@dataclass(frozen=True, slots=True)
class LeftRow:
    """One order that stays in the queue, and why."""

    id: str
    number: str
    href: str
    title: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The plan in view; `id` is empty before one was made."""

    id: str = ""
    is_applied: bool = False
    made: str = ""


def preview(plan: PlanCard, *, locale: str) -> Preview:
    """When it was made and how long the solver took."""
    text = msg("Planned at {time} in {ms} ms", time=clock_text(plan.made_at), ms=plan.solve_ms)
    return Preview(str(plan.id), plan.status.value == "applied", translate(text, locale))


def kpis(plan: PlanCard, *, locale: str) -> list[Kpi]:
    """The sums of the plan."""
    points = [v.points for v in plan.visits]
    mean = f"{sum(points) / len(points):.0f}" if points else "—"
    words = (
        (msg("Orders planned"), str(len(plan.visits))),
        (msg("Stay in the queue"), str(len(plan.left))),
        (msg("Technicians with visits"), str(plan.technician_count)),
        (msg("Mean score"), mean),
    )
    return [Kpi(translate(label, locale), value) for label, value in words]


def visit_rows(plan: PlanCard, *, locale: str) -> list[VisitRow]:
    """The change list, by technician and time."""
    return [
        VisitRow(
            str(v.order.id), v.order.number, f"/manage/repairs/{v.order.id}", v.order.description, place_of(v.order, locale),
            priority_badge(v.order.urgency, locale=locale), v.technician,
            f"{clock_text(v.starts_at)}–{clock_text(v.ends_at)}", str(v.points),
        )
        for v in plan.visits
    ]  # fmt: skip


def left_rows(plan: PlanCard, *, locale: str) -> list[LeftRow]:
    """What no technician has time or skill for."""
    return [
        LeftRow(
            str(row.id), row.number, f"/manage/repairs/{row.id}", row.description, place_of(row, locale),
            translate(QUEUE_NAMES[why], locale),
        )
        for row, why in plan.left
    ]  # fmt: skip


def skipped(done: Applied, *, locale: str) -> list[Option]:
    """What was passed over while applying, by number."""
    return [Option(number, number, translate(why, locale)) for number, why in done.skipped]
