"""A resident's own overdue bills, agreements and notices. Pure."""

from dataclasses import dataclass
from datetime import date

from estate_app.billing.arrears_detail import OwnArrears, StepRow
from estate_app.billing.arrears_models import PromiseStatus
from estate_app.billing.late_fees import LateFeePreview
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan
from estate_app.ui.pages.common.late import fee_formula, late_words
from estate_app.ui.pages.manager.arrears.household_present import AgreedView, plan, promise
from estate_app.ui.when import day_text


@dataclass(frozen=True, slots=True)
class LateView:
    """An overdue bill with its late fee: the sentence and how it comes about."""

    id: int
    number: str
    href: str
    sentence: str
    formula: str


@dataclass(frozen=True, slots=True)
class LetterView:
    """A formal notice to the household."""

    id: int
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class OwnView:
    """Everything on the page."""

    late: list[LateView]
    agreed: list[AgreedView]
    letters: list[LetterView]
    promised: str
    may_promise: bool


def own_view(found: OwnArrears, *, owed_fen: int, on: date, locale: str) -> OwnView:
    """The page of a room; `owed_fen` is what is overdue and can be promised."""
    running = any(one.status is PromiseStatus.running for one in (*found.promises, *found.plans))
    plans = [plan(row, on=on, locale=locale) for row in found.plans]
    return OwnView(
        late=[_late(fee, locale) for fee in found.late_fees],
        agreed=[*plans, *(promise(row, on=on, locale=locale) for row in found.promises)],
        letters=[_letter(row, on, locale) for row in found.letters],
        promised=format_yuan(owed_fen),
        may_promise=owed_fen > 0 and not running,
    )


def _late(fee: LateFeePreview, locale: str) -> LateView:
    return LateView(
        id=fee.bill_id,
        number=fee.bill_number,
        href=f"/bills/{fee.bill_id}",
        sentence=late_words(fee.days_late, fee, locale=locale),
        formula=fee_formula(fee, locale=locale),
    )


def _letter(row: StepRow, on: date, locale: str) -> LetterView:
    day = day_text(business_date(row.at), today=on, locale=locale)
    return LetterView(
        row.id, translate(msg("Formal notice {number} of {day}", number=row.number, day=day), locale), f"/arrears/letters/{row.id}.pdf"
    )
