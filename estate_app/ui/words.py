"""What permission sets, permissions and relations are called. Pure; pages say them with `say`, view models with `translate`."""

from collections.abc import Mapping

from estate_app.access.actor import SYSTEM
from estate_app.access.permission import Permission, PermissionSet, Role
from estate_app.kit.i18n import Message, msg, translate
from estate_app.property.models import Relation

ROLES: Mapping[Role, Message] = {
    Role.resident: msg("Resident"),
    Role.technician: msg("Technician"),
    Role.manager: msg("Manager"),
}

SETS: Mapping[PermissionSet, Message] = {
    PermissionSet.supervisor: msg("Supervisor"),
    PermissionSet.dispatcher: msg("Dispatcher"),
    PermissionSet.cashier: msg("Cashier clerk"),
    PermissionSet.finance: msg("Finance"),
    PermissionSet.customer_service: msg("Customer service"),
    PermissionSet.auditor: msg("Auditor"),
    PermissionSet.administrator: msg("Administrator"),
}

RELATIONS: Mapping[Relation, Message] = {
    Relation.owner: msg("Owner"),
    Relation.family: msg("Family"),
    Relation.tenant: msg("Tenant"),
    Relation.payer: msg("Payer only"),
}

PERMISSIONS: Mapping[Permission, Message] = {
    Permission.own_repairs: msg("Report and follow one's own repairs"),
    Permission.own_bills: msg("See and pay one's own bills"),
    Permission.own_account: msg("Keep one's own account"),
    Permission.work_orders: msg("Work on assigned orders"),
    Permission.repairs_read: msg("See work orders"),
    Permission.repairs_dispatch: msg("Assign and transfer work orders"),
    Permission.repairs_report: msg("Report for a resident"),
    Permission.technicians_read: msg("See technicians and facilities"),
    Permission.technicians_edit: msg("Edit technicians, shifts and facilities"),
    Permission.stock_edit: msg("Book and count materials"),
    Permission.billing_read: msg("See bill runs"),
    Permission.billing_run: msg("Make and issue bill runs"),
    Permission.bills_read: msg("See bills, arrears and meters"),
    Permission.bills_void: msg("Correct and void bills"),
    Permission.waivers_request: msg("Request waivers and discounts"),
    Permission.waivers_approve: msg("Approve waivers and discounts"),
    Permission.arrears_chase: msg("Chase arrears, agree promises and instalments"),
    Permission.meters_edit: msg("Enter meter readings"),
    Permission.tariffs_read: msg("See tariffs"),
    Permission.tariffs_edit: msg("Edit tariffs"),
    Permission.cashier: msg("Take payments at the counter"),
    Permission.payments_read: msg("See payments"),
    Permission.refunds_request: msg("Ask for refunds"),
    Permission.refunds_approve: msg("Approve refunds"),
    Permission.reconcile: msg("Reconcile with the channels"),
    Permission.ledger_read: msg("See the ledger"),
    Permission.repair_analytics: msg("Analyse repairs"),
    Permission.payment_analytics: msg("Analyse payments"),
    Permission.behaviour_analytics: msg("Analyse behaviour"),
    Permission.property_read: msg("See estates, rooms and residents"),
    Permission.property_edit: msg("Edit estates, rooms and residents"),
    Permission.announce: msg("Announce and repeat messages"),
    Permission.feedback: msg("Answer feedback of residents"),
    Permission.notices_read: msg("See feedback and the message log"),
    Permission.phones_read: msg("See whole phone numbers"),
    Permission.grants_edit: msg("Give and take back appointments"),
    Permission.audit_read: msg("Search the audit log"),
    Permission.system: msg("Backups and system settings"),
}


def actor_words(name: str, locale: str) -> str:
    """Who did something, as the trail keeps it; what the product did by itself has no person's name."""
    return name if name not in ("", SYSTEM.name) else translate(msg("System"), locale)
