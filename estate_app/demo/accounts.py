"""The fixed accounts of the demo, shown on the login page while the demo runs and nowhere else."""

from dataclasses import dataclass

from estate_app.access.permission import PermissionSet, Role
from estate_app.kit.i18n import Message, msg

PASSWORD = "estate-demo-2026"  # noqa: S105 -- the demo's own, printed for everybody


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody as whom a visitor may sign in; `caption` says what there is to see."""

    key: str
    phone: str
    name: str
    role: Role
    caption: Message
    permission_set: PermissionSet | None = None


_R, _S = Role, PermissionSet
ACCOUNTS: tuple[DemoAccount, ...] = (
    DemoAccount("owner", "13800000001", "林晓雯", _R.resident, msg("Resident, owner: bills to pay and a repair under way")),
    DemoAccount("tenant", "13800000002", "陈浩", _R.resident, msg("Resident, tenant")),
    DemoAccount("technician", "13800000003", "王建国", _R.technician, msg("Technician, plumbing")),
    DemoAccount("supervisor", "13800000004", "周敏", _R.manager, msg("Supervisor of all estates"), _S.supervisor),
    DemoAccount("dispatcher", "13800000005", "何静", _R.manager, msg("Dispatcher of one estate"), _S.dispatcher),
    DemoAccount("cashier", "13800000006", "吴琳", _R.manager, msg("Cashier of one estate"), _S.cashier),
    DemoAccount("finance", "13800000007", "郑文博", _R.manager, msg("Finance: bill runs, refunds, reconciliation"), _S.finance),
    DemoAccount("customer_service", "13800000008", "罗欣", _R.manager, msg("Customer service"), _S.customer_service),
    DemoAccount("auditor", "13800000009", "高远", _R.manager, msg("Auditor, read only"), _S.auditor),
    DemoAccount("administrator", "13800000010", "唐宁", _R.manager, msg("System administrator"), _S.administrator),
)
ONE_ESTATE = frozenset({PermissionSet.dispatcher, PermissionSet.cashier})
"""The sets that hold in the first estate only, so that the demo shows what a scope hides."""
HOME_BUILDING, HOME_UNIT, HOME_FLOOR, HOME_DOOR = "3", "2", 15, 1
