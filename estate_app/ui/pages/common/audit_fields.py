"""What the audit trail keeps under a field's name, said to a person: the field, and a value with its unit. Pure."""

from collections.abc import Mapping
from datetime import date, datetime

from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.ui.when import exact_text, full_day

FIELDS: Mapping[str, Message] = {
    "action": msg("Action"),
    "added": msg("Added"),
    "amount_fen": msg("Amount"),
    "answer": msg("Answer"),
    "area": msg("Floor area"),
    "as": msg("Taken as"),
    "attitude": msg("Attitude"),
    "bill": msg("Bill number"),
    "bills": msg("Number of bills"),
    "building_id": msg("Building number"),
    "building_ids": msg("Buildings"),
    "freed": msg("Open orders passed on"),
    "cap_bp": msg("Cap"),
    "category": msg("Category"),
    "cause": msg("Cause"),
    "changed": msg("Changed"),
    "channel": msg("Channel"),
    "channels": msg("Number of channels"),
    "code": msg("Short code"),
    "count": msg("How many"),
    "counted_fen": msg("Counted"),
    "daily_minutes": msg("Minutes a day"),
    "day": msg("Day"),
    "delivery": msg("Delivery"),
    "detail": msg("Detail"),
    "difference_fen": msg("Difference"),
    "due_at": msg("Due"),
    "due_days": msg("Days to pay"),
    "due_on": msg("Due on"),
    "ended": msg("Ended"),
    "ends": msg("Until what time"),
    "ends_at": msg("Ends"),
    "ends_on": msg("Last day"),
    "estate_id": msg("Estate number"),
    "expected_fen": msg("Expected"),
    "failures": msg("Failed tries"),
    "fee_item_id": msg("Fee item"),
    "first": msg("First due"),
    "floor": msg("Floor"),
    "for": msg("For the bill"),
    "from": msg("From day"),
    "from_on": msg("From day"),
    "grace_days": msg("Days of grace"),
    "handover": msg("Handed over"),
    "income_fen": msg("Income"),
    "interior": msg("Interior floor area"),
    "invoice": msg("Invoice"),
    "invoice_number": msg("Invoice number"),
    "is_active": msg("Switched on"),
    "is_automatic": msg("Automatic"),
    "is_on": msg("Switched on"),
    "is_pinned": msg("Pinned"),
    "is_rollover": msg("Rolled over"),
    "item": msg("Fee item"),
    "kind": msg("Kind"),
    "label": msg("Label"),
    "lead": msg("Leading order"),
    "level": msg("Level"),
    "lines": msg("Number of lines"),
    "low_milli": msg("Order again at"),
    "merged": msg("Merged"),
    "corners": msg("Corners"),
    "latitude": msg("Latitude"),
    "longitude": msg("Longitude"),
    "minutes": msg("Minutes"),
    "mode": msg("Way of working"),
    "name": msg("Called"),
    "new": msg("New"),
    "note": msg("Note"),
    "number": msg("Number"),
    "offered": msg("Offers made"),
    "on": msg("On"),
    "on_hand_milli": msg("On hand"),
    "open": msg("Open differences"),
    "order": msg("Order of payment"),
    "outcome": msg("Outcome"),
    "owed_fen": msg("Owed"),
    "paid_fen": msg("Paid"),
    "parts": msg("Number of parts"),
    "payment": msg("Payment number"),
    "people": msg("Number of people"),
    "percent_bp": msg("Percent"),
    "period": msg("Period"),
    "permission_set": msg("Permission set"),
    "person": msg("Person"),
    "persons": msg("Persons"),
    "phone": msg("Phone"),
    "prepaid_fen": msg("Into the balance"),
    "price_fen": msg("Price a unit"),
    "problem": msg("Trouble"),
    "proof": msg("Proof"),
    "quality": msg("Quality"),
    "quantity_milli": msg("Amount used"),
    "rate_ppb": msg("Daily rate"),
    "read_on": msg("Read on"),
    "readers": msg("Number of readers"),
    "reason": msg("Reason"),
    "reference": msg("Number of the delivery note"),
    "refund": msg("Refund"),
    "refund_fen": msg("Refunded"),
    "refund_id": msg("Refund"),
    "relation": msg("Relation"),
    "removed_on": msg("Removed on"),
    "resolution": msg("Resolution"),
    "role": msg("Role"),
    "room": msg("Room"),
    "room_id": msg("Room number"),
    "rooms": msg("Number of rooms"),
    "rows": msg("Rows"),
    "rule": msg("Rule"),
    "satisfaction": msg("Satisfaction"),
    "score": msg("Score"),
    "serial": msg("Serial"),
    "shifts": msg("Number of shifts"),
    "skipped": msg("Number skipped"),
    "skips": msg("Number skipped"),
    "stage": msg("Stage"),
    "starts_at": msg("Begins"),
    "starts": msg("From what time"),
    "starts_on": msg("First day"),
    "state": msg("State"),
    "status": msg("Status"),
    "technician": msg("Technician"),
    "technician_id": msg("Technician"),
    "spending_fen": msg("Spending"),
    "quarter": msg("Quarter"),
    "replaces": msg("Takes the place of"),
    "version": msg("Version"),
    "text": msg("Text"),
    "timeliness": msg("Timeliness"),
    "title": msg("Title"),
    "to": msg("To day"),
    "to_on": msg("To day"),
    "total_fen": msg("Sum of all"),
    "trade": msg("Trade"),
    "trades": msg("Trades and levels"),
    "tries": msg("Tries"),
    "transaction": msg("Transaction number"),
    "transaction_id": msg("Channel's number"),
    "try": msg("Tries"),
    "unchanged": msg("Unchanged"),
    "unit": msg("Unit"),
    "until": msg("Until"),
    "urgency": msg("Urgency"),
    "use": msg("Use"),
    "value": msg("Value"),
    "value_milli": msg("Reading"),
    "verdict": msg("Verdict"),
    "voucher": msg("Voucher"),
}
VALUES: Mapping[str, Message] = {
    "accepted": msg("Accepted"),
    "actual": msg("Actual"),
    "alipay": msg("Alipay"),
    "answered": msg("Answered"),
    "approved": msg("Approved"),
    "assigned": msg("Assigned"),
    "balance": msg("Prepaid balance"),
    "broken": msg("Broken"),
    "cancelled": msg("Cancelled"),
    "card": msg("Card"),
    "carried": msg("Carried over"),
    "case": msg("Case"),
    "cash": msg("Cash"),
    "closed": msg("Closed"),
    "completed": msg("Work completed"),
    "confirmed": msg("Confirmed"),
    "corrected": msg("Corrected"),
    "declined": msg("Declined"),
    "discarded": msg("Discarded"),
    "discount": msg("Discount"),
    "disputed": msg("Disputed"),
    "done": msg("Done"),
    "draft": msg("Draft"),
    "duty": msg("On duty"),
    "emergency": msg("Emergency"),
    "ended": msg("Ended"),
    "estimated": msg("Estimated"),
    "failed": msg("Did not succeed"),
    "family": msg("Family"),
    "follow_up": msg("More to do"),
    "granted": msg("Granted"),
    "high": msg("High"),
    "issued": msg("Issued"),
    "issuing": msg("Issuing"),
    "kept": msg("Promise kept"),
    "letter": msg("Formal notice"),
    "manager": msg("Manager"),
    "matched": msg("Matched"),
    "normal": msg("Normal"),
    "on_call": msg("On call"),
    "on_the_way": msg("On the way"),
    "open": msg("Waiting to be handled"),
    "owner": msg("Owner"),
    "paid": msg("Paid"),
    "partly_paid": msg("Partly paid"),
    "paused": msg("Paused"),
    "payer": msg("Payer only"),
    "pending": msg("In process"),
    "processing": msg("In process"),
    "proposed": msg("Waiting for approval"),
    "refused": msg("Turned down"),
    "rejected": msg("Rejected"),
    "reminder": msg("Reminder"),
    "requested": msg("Requested"),
    "resident": msg("Resident"),
    "resolved": msg("Resolved"),
    "running": msg("Running"),
    "settled": msg("Settled"),
    "sms": msg("SMS"),
    "submitted": msg("Submitted"),
    "tenant": msg("Tenant"),
    "timed_out": msg("Timed out"),
    "to_approve": msg("To approve"),
    "transfer": msg("Transfer"),
    "unionpay": msg("UnionPay"),
    "unreached": msg("Nobody answered"),
    "unpaid": msg("Unpaid"),
    "vacancy": msg("Vacancy"),
    "void": msg("Void"),
    "waiting": msg("To be handled"),
    "wechat": msg("WeChat Pay"),
    "withdrawn": msg("Taken back"),
    "working": msg("Working"),
}
_MANY = 60


def field_word(name: str, *, locale: str) -> str:
    """What a field is called; one without a word is shown as it is written."""
    return translate(FIELDS[name], locale) if name in FIELDS else name


def value_text(name: str, value: object, *, locale: str) -> str:
    """A value as a person reads it: money in yuan, shares in percent, dates as dates, states in words; long text is cut."""
    text = _said(name, value, locale=locale)
    return text if len(text) <= _MANY else f"{text[:_MANY]}…"


def _said(name: str, value: object, *, locale: str) -> str:
    if value is None or value in ("", [], {}):
        return "—"
    if isinstance(value, bool):
        return translate(msg("Yes") if value else msg("No"), locale)
    if isinstance(value, int):
        return _number_text(name, value)
    if isinstance(value, list):
        return "、".join(_said(name, part, locale=locale) for part in value)
    if isinstance(value, Mapping):
        return "、".join(f"{field_word(str(key), locale=locale)} {_said(str(key), part, locale=locale)}" for key, part in value.items())
    text = str(value)
    return translate(VALUES[text], locale) if text in VALUES else _moment(name, text, locale=locale)


def _number_text(name: str, value: int) -> str:
    if name.endswith("_fen"):
        return format_yuan(value)
    if name.endswith("_bp"):
        return f"{value / 100:g}%"
    return f"{value / 1000:g}" if name.endswith("_milli") else str(value)


def _moment(name: str, text: str, *, locale: str) -> str:
    """A date or an instant in ISO form, written as pages write it; anything else as it is."""
    try:
        if name.endswith("_at"):
            return exact_text(datetime.fromisoformat(text))
        return full_day(date.fromisoformat(text), locale=locale) if name.endswith("_on") else text
    except ValueError:
        return text
