"""Whether what a phone says of its place, or a scanned label, proves that somebody is at the door. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from estate_app.kit.geo import Point, distance_m, distance_to_outline_m
from estate_app.kit.i18n import Message, msg
from estate_app.repair.arrival_models import Doubt, Means

MAX_ACCURACY_M = 100
"""A phone that knows its place less well than this proves nothing by it."""
_FARTHEST_M = 20_000_000

DOUBT_NAMES: Mapping[Doubt, Message] = {
    Doubt.denied: msg("the phone may not give its location"),
    Doubt.unavailable: msg("the phone found no location"),
    Doubt.inaccurate: msg("the location is too inaccurate"),
    Doubt.too_far: msg("too far from the building"),
    Doubt.other_label: msg("the label belongs to another place"),
    Doubt.unknown_place: msg("the building has no coordinates yet"),
    Doubt.not_given: msg("no proof was given"),
}


@dataclass(frozen=True, slots=True)
class Fence:
    """Where somebody must be: outlines (closed rings of [longitude, latitude]) or points, and how far from them counts as there."""

    outlines: Sequence[Sequence[Sequence[float]]] = ()
    points: Sequence[Point] = ()
    metres: int = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: proven unless there is a doubt."""

    means: Means | None = None
    doubt: Doubt | None = None
    distance_m: int | None = None
    accuracy_m: int | None = None

    @property
    def is_proven(self) -> bool:
        """Whether nothing speaks against it."""
        return self.doubt is None


NOT_GIVEN = Finding(doubt=Doubt.not_given)


def by_label(*, fits: bool) -> Finding:
    """Judge a scanned label by whether it hangs where the order is."""
    return Finding(Means.label, None if fits else Doubt.other_label)


def by_location(here: Point, accuracy_m: float, fence: Fence) -> Finding:
    """Judge where a phone is (WGS-84). A location that is worse than 100 m proves nothing, near as it may be."""
    rounded = min(_FARTHEST_M, max(0, round(accuracy_m)))
    away = [distance_to_outline_m(here, ring) for ring in fence.outlines] + [distance_m(here, point) for point in fence.points]
    if not away:
        return Finding(Means.location, Doubt.unknown_place, None, rounded)
    metres = round(min(away))
    doubt = Doubt.inaccurate if rounded > MAX_ACCURACY_M else Doubt.too_far if metres > fence.metres else None
    return Finding(Means.location, doubt, metres, rounded)


def refused(word: str) -> Finding:
    """A phone that gave no location, by the word that it said for it."""
    return Finding(Means.location, Doubt.denied if word == Doubt.denied else Doubt.unavailable)


def sentence(finding: Finding) -> Message:
    """What was found, in one line for managers and the technician."""
    if finding.doubt is not None:
        why = DOUBT_NAMES[finding.doubt]
        if finding.distance_m is None:
            return msg("Not proven: {why}", why=why)
        return msg(
            "Not proven: {why} ({distance} m away, accurate to {accuracy} m)", why=why, distance=finding.distance_m,
            accuracy=finding.accuracy_m,
        )  # fmt: skip
    if finding.means is Means.label:
        return msg("Proven by the label at the door")
    if not finding.distance_m:
        return msg("Proven by location: at the building, accurate to {accuracy} m", accuracy=finding.accuracy_m)
    return msg(
        "Proven by location: {distance} m from the building, accurate to {accuracy} m", distance=finding.distance_m,
        accuracy=finding.accuracy_m,
    )  # fmt: skip


def label_code(scanned: str) -> str:
    """The code in what was scanned or typed: the last part of a label's address, without blanks, in capitals."""
    return scanned.replace("\x00", "").strip().rstrip("/").rsplit("/", 1)[-1].upper()[:16]
