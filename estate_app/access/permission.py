"""Who may do what: the permissions, the sets in which managers hold them, and the one table that says so."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a person is to the estate."""

    resident = "resident"
    technician = "technician"
    manager = "manager"


class Permission(StrEnum):
    """One thing that may be done; `resource:action`."""

    own_repairs = "repair:own"
    own_bills = "bill:own"
    own_account = "account:own"
    work_orders = "repair:work"

    repairs_read = "repair:read"
    repairs_dispatch = "repair:dispatch"
    repairs_report = "repair:report"
    technicians_read = "technician:read"
    technicians_edit = "technician:edit"
    stock_edit = "stock:edit"
    billing_read = "billing:read"
    billing_run = "billing:run"
    bills_read = "bill:read"
    bills_void = "bill:void"
    waivers_request = "waiver:request"
    waivers_approve = "waiver:approve"
    arrears_chase = "arrears:chase"
    meters_edit = "meter:edit"
    tariffs_read = "tariff:read"
    tariffs_edit = "tariff:edit"
    cashier = "payment:collect"
    payments_read = "payment:read"
    refunds_request = "refund:request"
    refunds_approve = "refund:approve"
    reconcile = "payment:reconcile"
    ledger_read = "ledger:read"
    repair_analytics = "analytics:repair"
    payment_analytics = "analytics:payment"
    behaviour_analytics = "analytics:behaviour"
    property_read = "property:read"
    property_edit = "property:edit"
    announce = "announcement:edit"
    feedback = "feedback:answer"
    notices_read = "notice:read"
    phones_read = "phone:read"
    grants_edit = "grant:edit"
    audit_read = "audit:read"
    system = "system:administer"


class PermissionSet(StrEnum):
    """What a manager is appointed as."""

    supervisor = "supervisor"
    dispatcher = "dispatcher"
    cashier = "cashier"
    finance = "finance"
    customer_service = "customer_service"
    auditor = "auditor"
    administrator = "administrator"


_P = Permission
_READING = frozenset(
    {
        _P.repairs_read,
        _P.technicians_read,
        _P.billing_read,
        _P.bills_read,
        _P.tariffs_read,
        _P.payments_read,
        _P.ledger_read,
        _P.repair_analytics,
        _P.payment_analytics,
        _P.behaviour_analytics,
        _P.property_read,
        _P.notices_read,
        _P.audit_read,
    }
)

OF_ROLE: Mapping[Role, frozenset[Permission]] = {
    Role.resident: frozenset({_P.own_repairs, _P.own_bills, _P.own_account}),
    Role.technician: frozenset({_P.work_orders, _P.own_account}),
    Role.manager: frozenset({_P.own_account}),
}

OF_SET: Mapping[PermissionSet, frozenset[Permission]] = {
    PermissionSet.supervisor: frozenset(_P) - {_P.own_repairs, _P.own_bills, _P.work_orders, _P.grants_edit, _P.system, _P.audit_read},
    PermissionSet.dispatcher: frozenset(
        {
            _P.repairs_read,
            _P.repairs_dispatch,
            _P.repairs_report,
            _P.technicians_read,
            _P.technicians_edit,
            _P.stock_edit,
            _P.repair_analytics,
            _P.property_read,
            _P.phones_read,
        }
    ),
    PermissionSet.cashier: frozenset({_P.bills_read, _P.cashier, _P.payments_read, _P.tariffs_read}),
    PermissionSet.finance: frozenset(
        {
            _P.billing_read,
            _P.billing_run,
            _P.bills_read,
            _P.bills_void,
            _P.waivers_request,
            _P.waivers_approve,
            _P.arrears_chase,
            _P.meters_edit,
            _P.tariffs_read,
            _P.tariffs_edit,
            _P.payments_read,
            _P.refunds_request,
            _P.refunds_approve,
            _P.reconcile,
            _P.ledger_read,
            _P.property_read,
            _P.repair_analytics,
            _P.payment_analytics,
            _P.behaviour_analytics,
        }
    ),
    PermissionSet.customer_service: frozenset(
        {
            _P.repairs_read,
            _P.repairs_report,
            _P.technicians_read,
            _P.bills_read,
            _P.waivers_request,
            _P.arrears_chase,
            _P.repair_analytics,
            _P.payment_analytics,
            _P.behaviour_analytics,
            _P.property_read,
            _P.property_edit,
            _P.announce,
            _P.feedback,
            _P.notices_read,
            _P.phones_read,
        }
    ),
    PermissionSet.auditor: _READING,
    PermissionSet.administrator: _READING
    | {_P.grants_edit, _P.system, _P.property_edit, _P.technicians_edit, _P.stock_edit, _P.tariffs_edit, _P.announce, _P.phones_read},
}
