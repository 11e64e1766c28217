"""Bill runs as the pages show them: pure view models in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass

from estate_app.billing.models import FeeKind, RunStatus, SkipReason
from estate_app.billing.run_queries import DraftRow, RunDetail, RunItem, RunRow
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.ui.view import Badge, Fact, Kpi
from estate_app.ui.when import full_day, month_text

RUN_LOOK: Mapping[RunStatus, tuple[Message, str, str, str]] = {
    RunStatus.draft: (msg("To check"), "orange", "soft", "circle-dashed"),
    RunStatus.issuing: (msg("Issuing"), "indigo", "soft", "loader-circle"),
    RunStatus.issued: (msg("Issued"), "green", "soft", "check"),
    RunStatus.discarded: (msg("Discarded"), "gray", "surface", "ban"),
}
SKIPS: Mapping[SkipReason, Message] = {
    SkipReason.no_reading: msg("No reading this month"),
    SkipReason.no_meter: msg("No meter"),
    SkipReason.no_price: msg("No price for this month"),
    SkipReason.already_billed: msg("Billed already"),
    SkipReason.reading_falls: msg("Reading goes backwards"),
    SkipReason.nothing_used: msg("Nothing used"),
    SkipReason.not_attached: msg("Not charged this month"),
    SkipReason.no_area: msg("No area on record"),
    SkipReason.no_pool: msg("No amount entered this month"),
}
FLAGS: Mapping[str, Message] = {
    "zero": msg("No use at all"),
    "negative": msg("Negative use"),
    "spike": msg("Use jumped"),
    "drop": msg("Use dropped"),
}
NO_BADGE = Badge("")
# A room that is billed already, or used nothing, is in order; the others wait for somebody.
HARMLESS = frozenset({SkipReason.already_billed, SkipReason.nothing_used, SkipReason.not_attached})


@dataclass(frozen=True, slots=True)
class RunCard:
    """One run in the list."""

    id: str
    number: str
    href: str
    period: str
    item_names: str
    badge: Badge
    bills: str
    total: str
    skipped: str
    due: str
    creator: str


@dataclass(frozen=True, slots=True)
class RunHead:
    """Which run is in view, where it stands, how far it is issued, in percent, and whether its reader may act."""

    title: str = ""
    status: str = ""
    badge: Badge = NO_BADGE
    percent: int = 0
    may_run: bool = False


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One fee item of a run."""

    id: str
    name: str
    count: str
    quantity: str
    amount: str
    change: str
    tone: str


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One room of a run that somebody should look at, or any room."""

    id: str
    room: str
    item: str
    problem: str
    tone: str
    quantity: str
    amount: str
    last: str
    change: str


def name_of(zh: str, en: str, locale: str) -> str:
    """A name that managers keep in both languages."""
    return zh if locale == "zh" or not en else en


def change_text(now_fen: int, last_fen: int | None) -> str:
    """`+4.6%` against last month; a dash where there was none."""
    if not last_fen:
        return "—"
    tenths = (now_fen - last_fen) * 1000 // last_fen
    sign = "+" if tenths > 0 else "−" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}%"


def quantity_text(kind: FeeKind, quantity_milli: int, locale: str) -> str:
    """What was charged: square metres, cubic metres or months, whole thousandths cut to two decimals."""
    hundredths = (quantity_milli + 5) // 10
    unit = {FeeKind.area: " m²", FeeKind.metered: "", FeeKind.shared: "", FeeKind.parking: ""}.get(kind, translate(msg(" months"), locale))
    return f"{hundredths // 100:,}.{hundredths % 100:02d}{unit}"


def run_badge(status: RunStatus, locale: str) -> Badge:
    """The badge of a run's state."""
    label, tone, variant, icon = RUN_LOOK[status]
    return Badge(translate(label, locale), tone, variant, icon)


def run_card(run: RunRow, names: Mapping[int, str], *, locale: str) -> RunCard:
    """One line of the list of runs."""
    return RunCard(
        id=str(run.id),
        number=run.number,
        href=f"/manage/billing/{run.id}",
        period=month_text(run.period, locale=locale),
        item_names="、".join(names.get(i, "") for i in run.item_ids)
        if locale == "zh"
        else ", ".join(names.get(i, "") for i in run.item_ids),
        badge=run_badge(run.status, locale),
        bills=f"{run.bill_count:,}",
        total=format_yuan(run.total_fen),
        skipped=f"{run.skip_count:,}",
        due=full_day(run.due_on, locale=locale),
        creator=run.creator or translate(msg("Automatic"), locale),
    )


def item_line(item: RunItem, *, locale: str) -> ItemLine:
    """One fee item of a run, beside last month."""
    return ItemLine(
        id=str(item.item_id),
        name=name_of(item.name, item.name_en, locale),
        count=f"{item.count:,}",
        quantity=quantity_text(item.kind, item.quantity_milli, locale),
        amount=format_yuan(item.amount_fen),
        change=change_text(item.amount_fen, item.last_fen),
        tone="gray",
    )


def draft_line(draft: DraftRow, *, locale: str) -> DraftLine:
    """One room of a run with what is odd about it."""
    if draft.skip is not None:
        problem, tone = SKIPS[draft.skip], "gray" if draft.skip in HARMLESS else "red"
    elif draft.flag:
        problem, tone = FLAGS[draft.flag], "orange"
    else:
        problem, tone = msg("In order"), "green"
    return DraftLine(
        id=str(draft.id),
        room=draft.place if locale == "zh" else draft.room_code,
        item=name_of(draft.item_name, draft.item_name_en, locale),
        problem=translate(problem, locale),
        tone=tone,
        quantity="—" if draft.skip else f"{draft.quantity_milli / 1000:,.2f}",
        amount="—" if draft.skip else format_yuan(draft.amount_fen),
        last="—" if draft.last_fen is None else format_yuan(draft.last_fen),
        change="—" if draft.skip else change_text(draft.amount_fen, draft.last_fen),
    )


def run_head(run: RunRow, *, may_run: bool, locale: str) -> RunHead:
    """The head of the page of one run."""
    percent = run.issued_count * 100 // max(1, run.bill_count)
    return RunHead(month_text(run.period, locale=locale), run.status.value, run_badge(run.status, locale), percent, may_run)


def blocked_count(detail: RunDetail) -> int:
    """How many rooms cannot be billed although they should."""
    return sum(count for reason, count in detail.skips if reason not in HARMLESS)


def kpis(detail: RunDetail, *, locale: str) -> list[Kpi]:
    """Total, bills, average and what is to be checked."""
    run = detail.run
    blocked, flagged = blocked_count(detail), sum(count for _, count in detail.flags)
    average = run.total_fen // run.bill_count if run.bill_count else 0
    last = translate(msg("last month {amount}", amount=format_yuan(detail.last_fen, sign=True)), locale)
    todo = translate(msg("{blocked} cannot be billed, {flagged} to confirm", blocked=blocked, flagged=flagged), locale)
    return [
        Kpi(
            label=translate(msg("Total"), locale),
            value=format_yuan(run.total_fen, sign=True),
            change=change_text(run.total_fen, detail.last_fen),
            note=last,
        ),
        Kpi(
            label=translate(msg("Number of bills"), locale),
            value=f"{run.bill_count:,}",
            note=translate(msg("{count} left out", count=run.skip_count), locale),
        ),
        Kpi(label=translate(msg("Average"), locale), value=format_yuan(average, sign=True), note=translate(msg("a bill"), locale)),
        Kpi(
            label=translate(msg("To be checked"), locale),
            value=str(blocked + flagged),
            note=todo,
            tone="red" if blocked else "gray",
        ),
    ]


def skip_facts(detail: RunDetail, *, locale: str) -> list[Fact]:
    """Why rooms are left out, with counts."""
    return [Fact(translate(SKIPS[reason], locale), f"{count:,}", "" if reason in HARMLESS else "red") for reason, count in detail.skips] + [
        Fact(translate(FLAGS[flag], locale), f"{count:,}", "orange") for flag, count in detail.flags
    ]


def setting_facts(detail: RunDetail, *, locale: str) -> list[Fact]:
    """What the run is for and when its bills are due."""
    run = detail.run
    return [
        Fact(translate(msg("Estate and month"), locale), f"{run.estate_name} / {month_text(run.period, locale=locale)}"),
        Fact(translate(msg("Bills"), locale), f"{run.bill_count:,}"),
        Fact(translate(msg("Total"), locale), format_yuan(run.total_fen, sign=True)),
        Fact(translate(msg("Due on"), locale), full_day(run.due_on, locale=locale)),
    ]
