"""What a technician types, as the services take it; what cannot be read is refused under its field."""

from decimal import Decimal, InvalidOperation
from typing import Any

from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg
from estate_app.repair.models import PauseReason
from estate_app.ui.components.upload import uploaded_ids

_MAX_MILLI = 1_000_000
Form = dict[str, Any]


def refusal(form: Form) -> dict[str, Any]:
    """A listed reason with its note."""
    return {"reason": text(form, "reason"), "note": text(form, "note")}


def pausing(form: Form) -> dict[str, Any]:
    """Why work rests."""
    reason = text(form, "reason")
    if reason not in set(PauseReason):
        raise InvalidError(msg("Choose a reason from the list"), field="reason")
    return {"reason": PauseReason(reason), "note": text(form, "note")}


def handing_over(form: Form) -> dict[str, Any]:
    """To whom, and why."""
    if not (technician_id := number(text(form, "technician_id"))):
        raise InvalidError(msg("Choose a colleague"), field="technician_id")
    return {"technician_id": technician_id, "reason": text(form, "reason")}


def returning(form: Form) -> dict[str, Any]:
    """Why the job goes back to the office."""
    return {"reason": text(form, "reason")}


def objecting(form: Form) -> dict[str, Any]:
    """Why the rating should not count."""
    return {"text": text(form, "appeal")}


def finding(form: Form) -> dict[str, Any]:
    """What was found, with pictures from before."""
    return {"note": text(form, "note"), "photo_ids": files(form, "before_ids")}


def material(form: Form) -> dict[str, Any]:
    """What was taken from the stock."""
    return {"stock_item_id": number(text(form, "stock_item_id")), "quantity_milli": quantity(text(form, "quantity_milli"))}


def finishing(form: Form) -> dict[str, Any]:
    """What was done, how long it took, pictures, and the signature."""
    minutes = text(form, "labour_minutes").strip() or "0"
    return {
        "note": text(form, "note"),
        "labour_minutes": int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 6 else -1,
        "photo_ids": files(form, "after_ids"),
        "signature_id": next(iter(files(form, "signature_id", field="signature_id")), None),
    }


def text(form: Form, name: str) -> str:
    """A field's text; an absent one is empty."""
    return str(form.get(name) or "")


def number(words: str) -> int:
    """A row's id; anything odd is 0, which no row has."""
    return int(words) if words.isascii() and words.isdigit() and len(words) < 19 else 0


def quantity(words: str) -> int:
    """A quantity such as 1 or 0.5, in thousandths."""
    try:
        milli = Decimal(words.strip()) * 1000
    except InvalidOperation:
        milli = Decimal(0)
    if not milli.is_finite() or milli != milli.to_integral_value() or not 0 < milli <= _MAX_MILLI:
        raise InvalidError(msg("Give a quantity such as 1 or 0.5"), field="quantity_milli")
    return int(milli)


def files(form: Form, name: str, *, field: str = "photo_ids") -> list[str]:
    """The ids of the uploaded files; refused while one is still on its way."""
    ids = uploaded_ids(form, name)
    if ids is None:
        raise InvalidError(msg("A photo is still being uploaded. Wait a moment and send again"), field=field)
    return ids
