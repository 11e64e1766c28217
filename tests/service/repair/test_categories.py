"""The category tree as managers administer it, and the checklist that a category brings to a job."""

import pytest

from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.repair import category_admin, checklist, work
from estate_app.repair.catalogue import category_tree
from estate_app.repair.category_admin import CategoryFacts
from estate_app.repair.models import OrderStatus, Urgency
from tests.fixtures import make
from tests.service.repair.steps import count, drive, new_order, reload, steps_of

LINES = "* 断电挂牌\n*测试制动\n清洁轿厢\n"


def facts(**changes) -> CategoryFacts:
    return CategoryFacts(**({"name": "电梯异响", "name_en": "Noisy lift", "trade": "lift", "checklist": LINES} | changes))


def test_what_is_added_is_reported_and_what_is_switched_off_is_not(uow, cast):
    group = category_admin.add_category(uow, cast.admin, facts=facts(name="设备", name_en="Equipment", checklist=""))
    leaf = category_admin.add_category(uow, cast.admin, facts=facts(parent_id=group.id, questions="有人被困吗？\n"))
    assert leaf.questions == ["有人被困吗？"]
    assert leaf.checklist == [
        {"text": "断电挂牌", "is_required": True}, {"text": "测试制动", "is_required": True}, {"text": "清洁轿厢", "is_required": False},
    ]  # fmt: skip
    tree = {g.id: [(row.id, row.questions) for row in g.leaves] for g in category_tree(uow.session)}
    assert tree[group.id] == [(leaf.id, ("有人被困吗？",))]
    category_admin.switch_category(uow, cast.admin, category_id=group.id, is_active=False)
    uow.session.refresh(leaf)
    assert (leaf.is_active, group.id in {g.id for g in category_tree(uow.session)}) == (False, False)
    with pytest.raises(InvalidError):
        category_admin.switch_category(uow, cast.admin, category_id=leaf.id, is_active=True)
    rows = {row.category.id: (row.depth, row.is_group) for row in category_admin.admin_tree(uow.session, cast.auditor)}
    assert (rows[group.id], rows[leaf.id]) == ((0, True), (1, False))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name_en": "x" * 61}, "name_en"),
        ({"urgency": "soon"}, "urgency"),
        ({"trade": "magic"}, "trade"),
        ({"minutes": 0}, "minutes"),
        ({"level": 6}, "level"),
        ({"respond_minutes": 0}, "respond_minutes"),
        ({"respond_minutes": 60, "complete_minutes": 59}, "complete_minutes"),
        ({"parent_id": 10**9}, "parent_id"),
        ({"checklist": "a\n* a"}, "checklist"),
        ({"checklist": "x" * 101}, "checklist"),
        ({"questions": "a\nb\nc\nd\ne\nf"}, "questions"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(uow, cast, changes, field):
    before = count(uow, "repair_category")
    with pytest.raises(InvalidError) as refused:
        category_admin.add_category(uow, cast.admin, facts=facts(**changes))
    assert (refused.value.field, count(uow, "repair_category")) == (field, before)


def test_an_edit_changes_new_orders_only_and_a_group_stays_a_group(uow, cast):
    order = new_order(uow, cast)
    due = order.respond_due_at
    category_admin.edit_category(
        uow, cast.admin, category_id=cast.category.id, facts=facts(urgency="high", trade="plumbing", respond_minutes=5)
    )
    assert (reload(uow, order).respond_due_at, new_order(uow, cast).urgency) == (due, Urgency.high)
    leaf = make.category(uow, "leaf", parent_id=cast.category.id)
    other = make.category(uow, "other")
    with pytest.raises(InvalidError) as refused:
        category_admin.edit_category(uow, cast.admin, category_id=cast.category.id, facts=facts(parent_id=other.id))
    assert (refused.value.field, leaf.parent_id) == ("parent_id", cast.category.id)


def test_only_managers_of_all_estates_change_what_holds_everywhere(uow, cast):
    for who in (cast.supervisor, cast.dispatcher, cast.foreign_dispatcher, cast.auditor, cast.owner, cast.worker, cast.cashier):
        for call in (
            lambda who: category_admin.add_category(uow, who, facts=facts()),
            lambda who: category_admin.edit_category(uow, who, category_id=cast.category.id, facts=facts()),
            lambda who: category_admin.switch_category(uow, who, category_id=cast.category.id, is_active=False),
        ):
            with pytest.raises(ForbiddenError):
                call(who)
    for who in (cast.owner, cast.worker, cast.cashier):
        with pytest.raises(ForbiddenError):
            category_admin.admin_tree(uow.session, who)
    assert (count(uow, "repair_category"), cast.category.is_active) == (1, True)


def test_a_repair_ends_only_when_the_required_lines_are_ticked(uow, cast):
    category_admin.edit_category(uow, cast.admin, category_id=cast.category.id, facts=facts(trade="plumbing"))
    order = drive(uow, cast, OrderStatus.working)
    checklist.tick(uow, cast.worker, order_id=order.id, item="断电挂牌")
    with pytest.raises(InvalidError, match="Tick the checklist") as refused:
        work.complete(uow, cast.worker, order_id=order.id, note="已完成")
    assert (dict(refused.value.message.params)["item"], order.status) == ("测试制动", OrderStatus.working)
    checklist.tick(uow, cast.worker, order_id=order.id, item="测试制动")
    checklist.tick(uow, cast.worker, order_id=order.id, item="测试制动")
    checklist.tick(uow, cast.worker, order_id=order.id, item="断电挂牌", is_done=False)
    assert steps_of(uow, order)[-3:] == ["check", "check", "uncheck"]
    with pytest.raises(InvalidError, match="Tick the checklist"):
        work.complete(uow, cast.worker, order_id=order.id, note="已完成")
    checklist.tick(uow, cast.worker, order_id=order.id, item="断电挂牌")
    read = checklist.read_checklist(uow.session, cast.worker, order.id, now=uow.now)
    assert [(line.text, line.is_required, line.is_done, line.by) for line in read] == [
        ("断电挂牌", True, True, "王建国"), ("测试制动", True, True, "王建国"), ("清洁轿厢", False, False, ""),
    ]  # fmt: skip
    assert work.complete(uow, cast.worker, order_id=order.id, note="已完成").status is OrderStatus.completed


def test_only_the_technician_ticks_and_only_what_is_there_during_the_work(uow, cast):
    category_admin.edit_category(uow, cast.admin, category_id=cast.category.id, facts=facts(trade="plumbing"))
    order = drive(uow, cast, OrderStatus.accepted)
    with pytest.raises(ConflictError):
        checklist.tick(uow, cast.worker, order_id=order.id, item="断电挂牌")
    work.start(uow, cast.worker, order_id=order.id)
    with pytest.raises(InvalidError):
        checklist.tick(uow, cast.worker, order_id=order.id, item="别的")
    with pytest.raises(NotFoundError):
        checklist.tick(uow, cast.mate, order_id=order.id, item="断电挂牌")
    with pytest.raises(ForbiddenError):
        checklist.tick(uow, cast.owner, order_id=order.id, item="断电挂牌")
    with pytest.raises(NotFoundError):
        checklist.read_checklist(uow.session, cast.stranger, order.id, now=uow.now)
    assert "check" not in steps_of(uow, order)
