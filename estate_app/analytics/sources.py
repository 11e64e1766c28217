"""The SQL of the extracts: what PostgreSQL gives for each column of `schema.py`, from a watermark on.

Instants come as microseconds since 1970, booleans as 0 and 1, so that a CSV stream keeps them exactly. Each query reads what
has changed since `%(since)s`; what can still change without leaving a time (an open bill) is read again each time.
"""

from collections.abc import Mapping

# ruff: noqa: S608 -- the only parts put in are the constants of this file


def _instant(expression: str, name: str) -> str:
    return f"(extract(epoch FROM {expression}) * 1000000)::bigint AS {name}"


REPAIRS = f"""
SELECT o.id AS order_id, o.number AS order_no, o.estate_id, e.name AS estate, o.building_id, b.name AS building, o.room_id,
    CASE WHEN o.room_id IS NULL THEN 'public_area' ELSE 'room' END AS place, NULL AS facility_id, o.category_id,
    coalesce(top.name, leaf.name) AS category, leaf.name AS problem, o.urgency,
    CASE o.source WHEN 'mini_program' THEN 'miniprogram' ELSE o.source END AS source, o.status,
    (o.status IN ('submitted', 'assigned', 'accepted', 'on_the_way', 'working', 'paused'))::int AS is_open,
    CASE WHEN reporter.role = 'resident' THEN o.reporter_id END AS reporter_id, o.technician_id, t.name AS technician,
    {_instant("o.submitted_at", "submitted_at")}, {_instant("o.assigned_at", "assigned_at")}, {_instant("o.accepted_at", "accepted_at")},
    {_instant("o.started_at", "arrived_at")}, {_instant("o.completed_at", "completed_at")}, {_instant("o.closed_at", "closed_at")},
    {_instant("o.respond_due_at", "respond_due_at")}, {_instant("o.complete_due_at", "complete_due_at")}, o.paused_seconds,
    o.labour_minutes, coalesce(m.material_fen, 0) AS material_fen, coalesce(charge.fen, 0) AS charge_fen,
    r.quality AS rating_quality, r.attitude AS rating_attitude, r.timeliness AS rating_timeliness, {_instant("r.at", "rated_at")},
    o.rework_of_id, 0 AS is_planned
FROM repair_order o
JOIN estate e ON e.id = o.estate_id
JOIN account reporter ON reporter.id = o.reporter_id
JOIN repair_category leaf ON leaf.id = o.category_id
LEFT JOIN repair_category top ON top.id = leaf.parent_id
LEFT JOIN building b ON b.id = o.building_id
LEFT JOIN account t ON t.id = o.technician_id
LEFT JOIN rating r ON r.order_id = o.id
LEFT JOIN (SELECT order_id, sum(amount_fen) AS material_fen FROM material_use GROUP BY order_id) m ON m.order_id = o.id
LEFT JOIN (
    SELECT (line.inputs ->> 'order_id')::bigint AS order_id, sum(line.amount_fen) AS fen
    FROM bill_line line JOIN bill ON bill.id = line.bill_id AND bill.status <> 'void' JOIN fee_item ON fee_item.id = bill.fee_item_id
    WHERE fee_item.kind = 'repair' AND line.inputs ? 'order_id' GROUP BY 1
) charge ON charge.order_id = o.id
WHERE o.changed_at >= %(since)s OR r.at >= %(since)s OR o.status IN ('submitted', 'assigned', 'accepted', 'on_the_way', 'working', 'paused')
"""

BILLS = f"""
SELECT b.id AS bill_id, b.number AS bill_no, b.estate_id, e.name AS estate, room.building_id, building.name AS building, b.room_id,
    b.fee_item_id AS item_id, item.name AS item, item.kind, to_char(b.period, 'YYYY-MM') AS period,
    CASE WHEN b.status IN ('unpaid', 'disputed')
        THEN CASE WHEN b.paid_fen > 0 THEN 'partly_paid' ELSE 'issued' END ELSE b.status END AS status,
    (b.status = 'disputed')::int AS is_disputed, b.amount_fen AS total_fen,
    CASE WHEN item.kind = 'late_fee' THEN b.amount_fen ELSE 0 END AS late_fee_fen, b.paid_fen,
    CASE WHEN item.kind = 'late_fee' THEN b.paid_fen ELSE 0 END AS late_fee_paid_fen,
    {_instant("b.issued_at", "issued_at")}, b.due_on, {_instant("b.first_seen_at", "first_seen_at")}, {_instant("opened.at", "opened_at")},
    {_instant("b.paid_at", "paid_at")}, coalesce(step.reminders, 0) AS reminders
FROM bill b
JOIN estate e ON e.id = b.estate_id
JOIN room ON room.id = b.room_id
JOIN building ON building.id = room.building_id
JOIN fee_item item ON item.id = b.fee_item_id
LEFT JOIN (SELECT subject_id, min(at) AS at FROM activity WHERE kind = 'bill_opened' GROUP BY subject_id) opened ON opened.subject_id = b.id
LEFT JOIN (
    SELECT ids.bill_id::bigint AS bill_id, count(*) AS reminders
    FROM arrears_step, jsonb_array_elements_text(bill_ids) AS ids (bill_id) WHERE stage <> 'case' GROUP BY 1
) step ON step.bill_id = b.id
WHERE b.issued_at >= %(since)s OR b.paid_at >= %(since)s OR b.first_seen_at >= %(since)s OR opened.at >= %(since)s
    OR b.status IN ('unpaid', 'partly_paid', 'disputed', 'void')
"""

PAYMENTS = f"""
SELECT 'p' || p.id || '-' || i.bill_id AS allocation_id, p.id AS payment_id, p.number AS payment_no, i.bill_id, p.estate_id,
    e.name AS estate, room.building_id, building.name AS building, p.room_id,
    CASE WHEN p.channel = 'counter' THEN p.method ELSE p.channel END AS channel, to_char(b.period, 'YYYY-MM') AS period, i.amount_fen,
    CASE WHEN item.kind = 'late_fee' THEN i.amount_fen ELSE 0 END AS late_fee_fen,
    NULL::bigint AS fee_fen, 0 AS is_refund, p.payer_id, {_instant("p.paid_at", "paid_at")},
    {_instant("b.issued_at", "bill_issued_at")}, b.due_on AS bill_due_on
FROM payment p
JOIN payment_item i ON i.payment_id = p.id
JOIN bill b ON b.id = i.bill_id
JOIN fee_item item ON item.id = b.fee_item_id
JOIN estate e ON e.id = p.estate_id
JOIN room ON room.id = p.room_id
JOIN building ON building.id = room.building_id
WHERE p.status = 'paid' AND p.paid_at >= %(since)s
UNION ALL
SELECT 'r' || r.id, p.id, p.number, sole.bill_id, p.estate_id, e.name, room.building_id, building.name, p.room_id,
    CASE WHEN p.channel = 'counter' THEN p.method ELSE p.channel END, to_char(b.period, 'YYYY-MM'), -r.amount_fen, 0, NULL::bigint, 1,
    p.payer_id, {_instant("r.done_at", "paid_at")}, {_instant("b.issued_at", "bill_issued_at")}, b.due_on
FROM refund r
JOIN payment p ON p.id = r.payment_id
LEFT JOIN (SELECT payment_id, min(bill_id) AS bill_id FROM payment_item GROUP BY payment_id HAVING count(*) = 1) sole
    ON sole.payment_id = p.id
LEFT JOIN bill b ON b.id = sole.bill_id
JOIN estate e ON e.id = p.estate_id
JOIN room ON room.id = p.room_id
JOIN building ON building.id = room.building_id
WHERE r.status = 'done' AND r.done_at >= %(since)s
"""

_HOME = """LEFT JOIN (
    SELECT DISTINCT ON (m.account_id) m.account_id, room.estate_id, room.building_id
    FROM room_member m JOIN room ON room.id = m.room_id WHERE m.to_on IS NULL ORDER BY m.account_id, m.id
) home ON home.account_id = a.account_id"""

# A payment pays several bills and a list shows several: both become one event for each bill, so that the funnel follows bills.
EVENTS = f"""
SELECT a.id::text AS event_id, a.kind AS name, a.account_id AS user_id,
    account.role, coalesce(a.estate_id, home.estate_id) AS estate_id, home.building_id, NULL AS client, a.subject_id,
    {_instant("a.at", "at")}
FROM activity a JOIN account ON account.id = a.account_id AND account.allows_behaviour {_HOME}
WHERE a.at >= %(since)s AND a.kind NOT IN ('paid', 'bills_seen')
UNION ALL
SELECT a.id || '-' || i.bill_id, 'bill_paid', a.account_id, account.role, a.estate_id, home.building_id, NULL, i.bill_id,
    {_instant("a.at", "at")}
FROM activity a JOIN account ON account.id = a.account_id AND account.allows_behaviour {_HOME}
JOIN payment_item i ON i.payment_id = a.subject_id
WHERE a.kind = 'paid' AND a.at >= %(since)s
UNION ALL
SELECT 's' || p.id || '-' || i.bill_id, 'payment_started', p.payer_id, account.role, p.estate_id, room.building_id, NULL, i.bill_id,
    {_instant("p.created_at", "at")}
FROM payment p JOIN account ON account.id = p.payer_id AND account.allows_behaviour AND account.role = 'resident'
JOIN payment_item i ON i.payment_id = p.id JOIN room ON room.id = p.room_id
WHERE p.created_at >= %(since)s
UNION ALL
SELECT 'b' || b.id, 'bill_seen', who.account_id, 'resident', b.estate_id, room.building_id, NULL, b.id, {_instant("b.first_seen_at", "at")}
FROM bill b JOIN room ON room.id = b.room_id
JOIN (
    SELECT DISTINCT ON (m.room_id) m.room_id, m.account_id
    FROM room_member m JOIN account ON account.id = m.account_id AND account.allows_behaviour
    WHERE m.to_on IS NULL ORDER BY m.room_id, m.id
) who ON who.room_id = b.room_id
WHERE b.first_seen_at >= %(since)s
"""

SQL: Mapping[str, str] = {"repairs": REPAIRS, "bills": BILLS, "payments": PAYMENTS, "events": EVENTS}
KEYS: Mapping[str, str] = {"repairs": "order_id", "bills": "bill_id", "payments": "allocation_id", "events": "event_id"}
"""The column by which a newer row replaces an older one."""
EXTRA_REPAIRS = ("respond_due_at", "complete_due_at")
"""Instants that the SQL gives and the extract turns into minutes and verdicts."""
