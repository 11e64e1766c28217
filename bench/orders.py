"""Many orders at once, for lists and for dispatch: written by PostgreSQL itself, spread evenly over rooms, people and technicians."""

from dataclasses import dataclass

from sqlalchemy import Engine, text

_HOMES = """
CREATE TABLE bench_home AS
SELECT row_number() OVER (ORDER BY r.id) - 1 AS i, r.id AS room_id, r.estate_id, r.building_id, a.id AS account_id, a.phone, a.name,
       (SELECT count(*) FROM room_member s WHERE s.account_id = a.id) AS homes
FROM room r
JOIN LATERAL (
    SELECT m.account_id FROM room_member m
    WHERE m.room_id = r.id AND m.account_id IS NOT NULL AND m.relation = 'owner' AND m.to_on IS NULL
    ORDER BY m.id LIMIT 1
) m ON true
JOIN account a ON a.id = m.account_id
WHERE a.is_active
"""
_ORDERS = """
INSERT INTO repair_order (number, estate_id, building_id, room_id, category_id, description, urgency, status, source, reporter_id,
    contact_name, contact_phone, access, latitude, longitude, estimate_minutes, technician_id, submitted_at, assigned_at, accepted_at,
    started_at, completed_at, changed_at, respond_due_at, complete_due_at, paused_seconds, warned_percent, labour_minutes, end_reason)
SELECT :prefix || n, h.estate_id, h.building_id, h.room_id, :category, '厨房水槽下面的水管漏水，已经关了总阀', 'normal', s.status,
    'mini_program', h.account_id, h.name, h.phone, 'call_first', b.latitude, b.longitude, 1, t.account_id, s.at, s.at, s.at, s.at,
    CASE WHEN s.status = 'closed' THEN s.at + interval '3 hours' END, s.at, s.at + interval '2 hours', s.at + interval '1 day', 0, 0, 0, ''
FROM generate_series(1, :count) n
JOIN bench_home h ON h.i = n % (SELECT count(*) FROM bench_home)
JOIN building b ON b.id = h.building_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN :is_open THEN 'submitted' WHEN n % 10 = 0 THEN 'cancelled' ELSE 'closed' END AS status,
           CASE WHEN :is_open THEN now() ELSE now() - interval '1 day' - n * interval '10 minutes' END AS at
) s
LEFT JOIN (SELECT account_id, row_number() OVER (ORDER BY account_id) - 1 AS i FROM technician) t
    ON NOT :is_open AND t.i = n % (SELECT count(*) FROM technician)
"""
_LEAF = """
SELECT c.id FROM repair_category c
WHERE c.trade = 'plumbing' AND NOT c.is_public AND c.urgency = 'normal'
  AND NOT EXISTS (SELECT 1 FROM repair_category k WHERE k.parent_id = c.id)
ORDER BY c.level, c.id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Home:
    """A room with an owner who has an account."""

    room_id: int
    account_id: int
    phone: str
    estate_id: int


def homes(engine: Engine) -> list[Home]:
    """Every home with an owner who can sign in; made a table first, on which `add_orders` stands."""
    with engine.begin() as connection:
        connection.execute(text(_HOMES))
        rows = connection.execute(text("SELECT room_id, account_id, phone, estate_id FROM bench_home ORDER BY i"))
        return [Home(*row) for row in rows]


def leaf(engine: Engine) -> int:
    """A kind of fault that a resident reports at home and a plumber mends."""
    with engine.connect() as connection:
        return int(connection.execute(text(_LEAF)).scalar_one())


def add_orders(engine: Engine, count: int, *, prefix: str, is_open: bool) -> None:
    """Write finished orders of the past, or waiting ones of this moment."""
    category = leaf(engine)
    with engine.begin() as connection:
        connection.execute(text(_ORDERS), {"prefix": prefix, "category": category, "count": count, "is_open": is_open})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE repair_order"))
