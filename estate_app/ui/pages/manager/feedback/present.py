"""The figures of feedback and the filters of its list. Pure."""

from dataclasses import dataclass
from urllib.parse import urlencode

from estate_app.feedback.queries import FeedbackFigures, FeedbackFilter
from estate_app.feedback.rules import KIND_NAMES
from estate_app.kit.i18n import msg, translate
from estate_app.ui.view import Bar, Kpi
from estate_app.ui.when import month_text


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of the address, and the same ones for the export."""

    q: str = ""
    kind: str = ""
    status: str = ""
    late: str = ""
    is_narrowed: bool = False
    export: str = ""

    @classmethod
    def of(cls, wanted: FeedbackFilter) -> "Filters":
        """What the list was narrowed to, as the controls show it."""
        kind, status = wanted.kind.value if wanted.kind else "", wanted.status.value if wanted.status else ""
        late = "1" if wanted.late else ""
        given = {"q": wanted.q, "kind": kind, "status": status, "late": late, "estate_id": str(wanted.estate_id or "")}
        export = urlencode({name: value for name, value in given.items() if value})
        return cls(wanted.q, kind, status, late, any((wanted.q, kind, status, late)), export)


def figures_kpis(found: FeedbackFigures, *, locale: str) -> list[Kpi]:
    """What waits, what is late, how long an answer takes, and how content the authors are."""
    hours = "—" if found.hours_to_answer is None else f"{found.hours_to_answer:.1f}"
    stars = "—" if found.satisfaction is None else f"{found.satisfaction:.1f}"
    half = translate(msg("last 6 months"), locale)
    return [
        Kpi(translate(msg("Waits for an answer"), locale), str(found.waiting), href="/manage/feedback?status=open"),
        Kpi(
            translate(msg("Past the limit"), locale), str(found.late), tone="red" if found.late else "gray", href="/manage/feedback?late=1"
        ),
        Kpi(translate(msg("Hours to the first answer"), locale), hours, note=half),
        Kpi(translate(msg("Satisfaction with the handling"), locale), stars, unit="/ 5", note=half),
    ]


def kind_bars(found: FeedbackFigures, *, locale: str) -> list[Bar]:
    """How many of each kind, and the median hours to answer them."""
    most = max((count for _, count, _ in found.by_kind), default=0) or 1
    return [
        Bar(
            translate(KIND_NAMES[kind], locale),
            count * 100 // most,
            str(count) if hours is None else translate(msg("{count} · {hours} h", count=count, hours=f"{hours:.1f}"), locale),
        )
        for kind, count, hours in found.by_kind
    ]


def month_bars(found: FeedbackFigures, *, locale: str) -> list[Bar]:
    """How many in each month."""
    most = max((count for _, count in found.by_month), default=0) or 1
    return [Bar(month_text(month, locale=locale), count * 100 // most, str(count)) for month, count in found.by_month]
