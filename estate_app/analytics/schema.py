"""Column contracts of the Parquet extracts that every frame reads. `extract.py` writes exactly these columns and types.

All instants are UTC with microseconds; `_on` dates are business dates in Asia/Shanghai; money is integer fen; `period` is
the text `YYYY-MM` of the billing month. Ids are the database's, as text. No name, phone number or free text is ever
extracted: people appear as opaque ids only, so that an extract may be copied without copying personal data.
"""

from collections.abc import Mapping

import polars as pl

INSTANT = pl.Datetime("us", "UTC")

REPAIRS: Mapping[str, pl.DataType] = {
    "order_id": pl.String(),
    "order_no": pl.String(),
    "estate_id": pl.String(),
    "estate": pl.String(),
    "building_id": pl.String(),  # null for an estate-wide public area
    "building": pl.String(),
    "room_id": pl.String(),  # null for a public area
    "place": pl.String(),  # "room" or "public_area"
    "facility_id": pl.String(),  # null when no facility is concerned
    "category_id": pl.String(),
    "category": pl.String(),  # name of the top category (水电维修, 房屋修缮, …)
    "problem": pl.String(),  # name of the leaf category
    "urgency": pl.String(),  # "emergency", "urgent", "normal", "low"
    "source": pl.String(),  # "web", "miniprogram", "phone", "qr", "plan"
    "status": pl.String(),
    "is_open": pl.Boolean(),  # not yet completed, closed, cancelled or rejected
    "reporter_id": pl.String(),  # the resident's user id; null for a caller without an account
    "technician_id": pl.String(),  # who finished it or holds it now; null when unassigned
    "technician": pl.String(),  # his or her work name
    "submitted_at": INSTANT,
    "assigned_at": INSTANT,  # first assignment
    "accepted_at": INSTANT,
    "arrived_at": INSTANT,  # work started
    "completed_at": INSTANT,
    "closed_at": INSTANT,
    "response_minutes": pl.Int32(),  # service-level minutes from report to acceptance, pauses left out; null while open
    "completion_minutes": pl.Int32(),  # service-level minutes from report to completion, pauses left out; null while open
    "is_response_on_time": pl.Boolean(),  # null while undecided
    "is_completion_on_time": pl.Boolean(),  # null while undecided
    "labour_minutes": pl.Int32(),
    "material_fen": pl.Int64(),
    "charge_fen": pl.Int64(),  # charged to the resident
    "rating_quality": pl.Int8(),  # 1–5, null when unrated
    "rating_attitude": pl.Int8(),
    "rating_timeliness": pl.Int8(),
    "rated_at": INSTANT,
    "rework_of_id": pl.String(),  # the order this one redoes
    "is_planned": pl.Boolean(),  # made by a preventive plan, not reported by anybody
}

BILLS: Mapping[str, pl.DataType] = {
    "bill_id": pl.String(),
    "bill_no": pl.String(),
    "estate_id": pl.String(),
    "estate": pl.String(),
    "building_id": pl.String(),
    "building": pl.String(),
    "room_id": pl.String(),
    "item_id": pl.String(),
    "item": pl.String(),  # name of the fee item
    "kind": pl.String(),  # "area", "fixed", "space", "metered", "shared", "one_off", "repair", "late_fee"
    "period": pl.String(),  # "YYYY-MM"
    "status": pl.String(),  # "issued", "partly_paid", "paid", "void"; drafts are not extracted
    "is_disputed": pl.Boolean(),
    "total_fen": pl.Int64(),  # after discounts and waivers; a late fee is a bill of its own
    "late_fee_fen": pl.Int64(),  # total_fen again where the bill is a late fee
    "paid_fen": pl.Int64(),  # net of refunds
    "late_fee_paid_fen": pl.Int64(),  # paid_fen again where the bill is a late fee
    "issued_at": INSTANT,
    "due_on": pl.Date(),
    "first_seen_at": INSTANT,  # first listed on a screen of the household
    "opened_at": INSTANT,  # its detail opened
    "paid_at": INSTANT,  # the moment the principal reached zero
    "reminders": pl.Int32(),  # reminders sent so far
}

PAYMENTS: Mapping[str, pl.DataType] = {
    "allocation_id": pl.String(),  # one row per payment and bill
    "payment_id": pl.String(),
    "payment_no": pl.String(),
    "bill_id": pl.String(),  # null for money taken to the prepaid balance
    "estate_id": pl.String(),
    "estate": pl.String(),
    "building_id": pl.String(),
    "building": pl.String(),
    "room_id": pl.String(),
    "channel": pl.String(),  # "wechat", "alipay", "unionpay", "cash", "card", "transfer", "balance"
    "period": pl.String(),  # of the bill
    "amount_fen": pl.Int64(),  # negative for a refund
    "late_fee_fen": pl.Int64(),  # the part of amount_fen that went to late fee
    "fee_fen": pl.Int64(),  # the channel's fee, null when not yet reconciled
    "is_refund": pl.Boolean(),
    "payer_id": pl.String(),
    "paid_at": INSTANT,
    "bill_issued_at": INSTANT,
    "bill_due_on": pl.Date(),
}

EVENTS: Mapping[str, pl.DataType] = {
    "event_id": pl.String(),
    "name": pl.String(),  # see EVENT_NAMES
    "user_id": pl.String(),  # pseudonym: keyed hash of the user's id; only users who consented are extracted
    "role": pl.String(),  # "resident", "technician", "manager"
    "estate_id": pl.String(),
    "building_id": pl.String(),
    "client": pl.String(),  # "web" or "miniprogram"
    "subject_id": pl.String(),  # bill or order id the event is about, null otherwise
    "at": INSTANT,
}

EVENT_NAMES = (
    "login",
    "bill_seen",
    "bill_opened",
    "payment_started",
    "bill_paid",
    "repair_reported",
    "repair_rated",
    "announcement_read",
)

EXTRACTS: Mapping[str, Mapping[str, pl.DataType]] = {
    "repairs": REPAIRS,
    "bills": BILLS,
    "payments": PAYMENTS,
    "events": EVENTS,
}


def empty(extract: str) -> pl.LazyFrame:
    """Return the named extract with no rows, for an estate that has no data yet."""
    return pl.LazyFrame(schema=dict(EXTRACTS[extract]))


def conform(frame: pl.LazyFrame, extract: str) -> pl.LazyFrame:
    """Put a frame's columns into the contract's order and types; a missing column becomes null, an extra one is dropped."""
    present = set(frame.collect_schema().names())
    return frame.select(
        (pl.col(name).cast(kind) if name in present else pl.lit(None, dtype=kind).alias(name)) for name, kind in EXTRACTS[extract].items()
    )
