"""The storeroom's history (what was there first, deliveries, what went to the orders, the last count), and calls after low ratings."""

from datetime import timedelta

from sqlalchemy import text

from estate_app.db import UnitOfWork
from estate_app.demo.catalogue import COMPLAINTS
from estate_app.demo.world import World
from estate_app.kit.clock import at_local

_SHELVES = 10_000
_LOW = "UPDATE stock_item SET low_milli = on_hand_milli / 4000 * 1000"
# What a delivery brings covers the month that it comes before, in whole shelves, so that nothing is ever missing.
_MOVES = """
INSERT INTO stock_movement (stock_item_id, kind, quantity_milli, balance_milli, order_id, reason, reference, actor_id, at)
SELECT item_id, kind, quantity, sum(quantity) OVER (PARTITION BY item_id ORDER BY at, quantity DESC, use_id ROWS UNBOUNDED PRECEDING),
       order_id, '', reference, actor_id, at
FROM (
    SELECT id AS item_id, 'opening' AS kind, on_hand_milli AS quantity, CAST(NULL AS bigint) AS order_id, '' AS reference,
           CAST(:keeper AS bigint) AS actor_id, CAST(:opened AS timestamptz) AS at, 0 AS use_id
    FROM stock_item WHERE on_hand_milli > 0
    UNION ALL
    SELECT stock_item_id, 'receipt', ceil(sum(quantity_milli) / :shelves) * :shelves, NULL,
           'SH' || to_char(month, 'YYYYMM') || '-' || lpad(stock_item_id::text, 3, '0'), :keeper,
           (month - interval '7 hours') AT TIME ZONE 'Asia/Shanghai', 0
    FROM (SELECT *, date_trunc('month', at AT TIME ZONE 'Asia/Shanghai') AS month FROM material_use) used
    GROUP BY stock_item_id, month
    UNION ALL
    SELECT stock_item_id, 'issue', -quantity_milli, order_id, '', added_by, at, id FROM material_use
) moves
ORDER BY at, quantity DESC, use_id
"""
_SUMS = """
UPDATE stock_item i SET on_hand_milli = m.sum
FROM (SELECT stock_item_id, sum(quantity_milli) AS sum FROM stock_movement GROUP BY stock_item_id) m WHERE m.stock_item_id = i.id
"""
# The last count found far less of two materials than the books said: these are the ones to order.
_COUNTED = """
INSERT INTO stock_movement (stock_item_id, kind, quantity_milli, balance_milli, reason, reference, actor_id, at)
SELECT id, 'correction', low_milli / 2000 * 1000 - on_hand_milli, low_milli / 2000 * 1000, :reason, '', :keeper, :at
FROM stock_item WHERE code = :code AND on_hand_milli > low_milli
"""
_COUNTS = (("lock_core", "盘点：锁芯破损，另有领用未登记"), ("air_filter", "盘点：滤网受潮报废"))


def build_stock(uow: UnitOfWork, world: World) -> None:
    """Write the moves that made what the price list says is there, and more; what is on hand becomes their sum."""
    keeper, opened = world.accounts["supervisor"], at_local(world.months[0]) - timedelta(days=2)
    uow.session.execute(text(_LOW))
    uow.session.execute(text(_MOVES), {"shelves": _SHELVES, "keeper": keeper, "opened": opened})
    uow.session.execute(text(_SUMS))
    for code, reason in _COUNTS:
        uow.session.execute(text(_COUNTED), {"code": code, "reason": reason, "keeper": keeper, "at": world.now})
    uow.session.execute(text(_SUMS))


# A small demo has no low rating by chance: one in four of its middling ones, the newest among them, was given after a long wait.
_LATE = """
UPDATE rating SET timeliness = 2, reasons = '{late}', text = :words WHERE id IN (
    SELECT id FROM (SELECT id, row_number() OVER (ORDER BY at DESC) AS place FROM rating WHERE least(quality, attitude, timeliness) = 3) r
    WHERE place % 4 = 1
) AND NOT EXISTS (SELECT 1 FROM rating WHERE least(quality, attitude, timeliness) <= 2)
"""
_CALLS = """
WITH low AS (SELECT id, at FROM rating WHERE least(quality, attitude, timeliness) <= 2)
INSERT INTO rating_call (rating_id, outcome, note, called_by, at)
SELECT id, CASE WHEN id % 3 = 0 THEN 'follow_up' ELSE 'settled' END,
       CASE WHEN id % 3 = 0 THEN :follow_up ELSE :settled END, :caller, at + interval '5 hours'
FROM low WHERE at < least(:until, (SELECT max(at) FROM low)) ORDER BY id
"""


def build_calls(uow: UnitOfWork, world: World) -> None:
    """Customer service has called about the low ratings, but for those of the last four days and the newest."""
    uow.session.execute(text(_LATE), {"words": COMPLAINTS[0]})
    words = {"settled": "已致电致歉，说明原因，住户表示理解。", "follow_up": "住户希望师傅再来看一次，已转调度约时间。"}
    until = world.now - timedelta(days=4)
    uow.session.execute(text(_CALLS), {**words, "caller": world.accounts["customer_service"], "until": until})
