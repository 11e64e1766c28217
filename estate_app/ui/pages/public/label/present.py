"""What a label stands for and what may be reported there. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from estate_app.kit.i18n import msg, translate
from estate_app.repair.arrival import JobHere
from estate_app.repair.catalogue import CategoryGroup, CategoryRow
from estate_app.repair.spots import Spot
from estate_app.ui.pages.common.repair import named
from estate_app.ui.view import Option


@dataclass(frozen=True, slots=True)
class Leaf:
    """One fault; `danger` is what to do first, `questions` those whose yes is a danger."""

    id: str = ""
    danger: str = ""
    promise: str = ""
    questions: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LabelView:
    """The place, filled in; `usual` is the fault that is reported here most, `jobs` the technician's own at this place."""

    code: str = ""
    path: str = ""
    draft: str = ""
    title: str = ""
    place: str = ""
    usual: str = ""
    who: str = ""
    is_facility: bool = False
    is_active: bool = True
    is_signed_in: bool = False
    is_door: bool = False
    is_technician: bool = False
    jobs: list[Option] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    faults: list[Option] = field(default_factory=list)


def job_options(jobs: Sequence[JobHere]) -> list[Option]:
    """The technician's jobs at the label."""
    return [Option(str(job.order_id), job.description, job.number) for job in jobs]


def door_view(code: str, jobs: Sequence[JobHere], *, is_technician: bool) -> LabelView:
    """The page of a door's label: it says nothing of who lives behind it."""
    return LabelView(code=code, path=f"/report/{code}", is_door=True, is_technician=is_technician, jobs=job_options(jobs))


def label_view(
    spot: Spot, groups: Sequence[CategoryGroup], jobs: Sequence[JobHere] = (), *, is_signed_in: bool, name: str, locale: str
) -> LabelView:
    """The page of a label."""
    leaves = [(group, row) for group in groups for row in group.leaves]
    return LabelView(
        code=spot.code,
        path=f"/report/{spot.code}",
        draft=f"label-{spot.code}",
        title=f"{spot.facility} {spot.number}" if spot.facility_id else spot.place.label,
        place=f"{spot.estate} {spot.place.label}" if spot.facility_id else spot.estate,
        usual=str(spot.category_id or ""),
        who=name,
        is_facility=spot.facility_id is not None,
        is_active=spot.is_active,
        is_signed_in=is_signed_in,
        jobs=job_options(jobs),
        leaves=[leaf_of(row, locale) for _, row in leaves],
        faults=[
            Option(str(row.id), f"{named(group.name, group.name_en, locale)} / {named(row.name, row.name_en, locale)}")
            for group, row in leaves
        ],
    )


def leaf_of(row: CategoryRow, locale: str) -> Leaf:
    """One fault of the choice."""
    return Leaf(
        id=str(row.id),
        danger=translate(row.danger, locale) if row.danger else "",
        promise=translate(msg("taken within {minutes} minutes", minutes=row.respond_minutes), locale),
        questions=list(row.questions),
    )
