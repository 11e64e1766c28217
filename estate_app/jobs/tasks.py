"""The jobs of the product: each calls the domain that knows how, and says in one line what was done."""

from datetime import time, timedelta

from estate_app.access.actor import SYSTEM
from estate_app.analytics import extract
from estate_app.billing import due_reminders
from estate_app.billing.arrears_promises import settle_promises
from estate_app.billing.arrears_schedule import climb_due
from estate_app.billing.jobs import due_runs, resume_runs
from estate_app.billing.late_fees import post_due_late_fees
from estate_app.db import run_in_uow
from estate_app.feedback import reminders
from estate_app.importing.uploads import resume_imports
from estate_app.jobs import backups, charging
from estate_app.jobs.registry import job
from estate_app.jobs.tidy import tidy_access
from estate_app.jobs.transport import carry
from estate_app.kit.clock import utc_now
from estate_app.media import pieces
from estate_app.media.service import drop_unused
from estate_app.notification.sender import send_due
from estate_app.payment import balance, invoice_sending, recovery
from estate_app.payment.reconciliation.service import reconcile_due
from estate_app.personal.erasure import erase_due
from estate_app.personal.export import drop_old_exports, make_exports
from estate_app.repair import autoclose, certificates, dispatch, grab, incidents, upkeep, waiting


@job("send_outbox", every=timedelta(seconds=3))
def send_outbox() -> str:
    """Send the messages that are due."""
    return _count(send_due(carry), "messages sent")


@job("expire_offers", every=timedelta(seconds=10))
def expire_offers() -> str:
    """Pass orders on whose offer nobody answered."""
    return _count(run_in_uow(dispatch.expire_offers), "offers timed out")


@job("retry_queue", every=timedelta(minutes=1))
def retry_queue() -> str:
    """Try again to find a technician for what waits."""
    return _count(run_in_uow(dispatch.retry_queue), "orders assigned")


@job("expire_grabs", every=timedelta(seconds=10))
def expire_grabs() -> str:
    """Ask the best for orders that were open to all and that nobody took."""
    return _count(run_in_uow(grab.expire_grabs), "open orders passed on")


@job("escalate_queue", every=timedelta(minutes=1))
def escalate_queue() -> str:
    """Bring orders that wait too long to the next role."""
    return _count(run_in_uow(waiting.escalate_queue), "orders brought to the next role")


@job("free_absent", every=timedelta(minutes=1))
def free_absent() -> str:
    """Find others for the orders of technicians whose leave has begun."""
    return _count(run_in_uow(waiting.free_absent), "orders freed")


@job("propose_incidents", every=timedelta(seconds=20))
def propose_incidents() -> str:
    """Look for several reports of one trouble."""
    return _count(run_in_uow(incidents.propose_incidents), "incidents proposed or joined")


@job("close_old_orders", every=timedelta(minutes=10))
def close_old_orders() -> str:
    """Close what was completed a week ago."""
    return _count(run_in_uow(autoclose.close_old), "orders closed")


@job("warn_late_orders", every=timedelta(minutes=1))
def warn_late_orders() -> str:
    """Warn the next role of promises that run out."""
    return _count(run_in_uow(autoclose.warn_late), "warnings")


@job("make_plan_orders", every=timedelta(minutes=5))
def make_plan_orders() -> str:
    """Make the orders of upkeep plans that are due or soon will be."""
    return _count(run_in_uow(upkeep.make_due_orders), "orders made by plans")


@job("warn_certificates", at=time(8))
def warn_certificates() -> str:
    """Tell of certificates that end within 30 days."""
    told = 0
    while found := run_in_uow(certificates.warn_of_ends):
        told += found
    return _count(told, "certificates that end")


@job("charge_repairs", every=timedelta(minutes=1))
def charge_finished_repairs() -> str:
    """Put the material of finished repairs onto the rooms' bills."""
    charged, stuck = charging.charge_repairs()
    if not charged:
        return ""
    return _count(charged, "repairs charged") + (f", {stuck} cannot be: add a fee item for repairs to the estate" if stuck else "")


@job("query_payments", every=timedelta(seconds=15))
def query_payments() -> str:
    """Ask the vendors what became of payments that nobody reported."""
    return _count(recovery.query_pending(), "payments asked for")


@job("run_refunds", every=timedelta(seconds=15))
def run_refunds() -> str:
    """Ask the vendors to make the refunds that are due."""
    return _count(recovery.run_refunds(), "refunds asked for")


class StatementsMissingError(Exception):
    """Not every channel has given its statement yet; the job is tried again in an hour."""


@job("reconcile", at=time(10))
def reconcile_channels() -> str:
    """Compare yesterday with the statement of every live channel."""
    done, waiting = reconcile_due()
    if waiting:
        raise StatementsMissingError(f"{waiting} statements are missing")
    return _count(done, "statements compared")


@job("deduct_balances", every=timedelta(seconds=15))
def deduct_balances() -> str:
    """Pay bills from the balances of rooms that want it, soon after they are issued or a balance is filled."""
    return _count(balance.deduct_due(), "payments from balances")


@job("send_invoices", every=timedelta(seconds=10))
def send_invoices() -> str:
    """Ask the issuer for invoices and red letters that are due."""
    return _count(invoice_sending.send_invoices(), "invoices asked for")


@job("resume_imports", every=timedelta(seconds=30))
def resume_imported_files() -> str:
    """Go on with imports that were interrupted."""
    return _count(resume_imports(), "imports finished")


@job("resume_runs", every=timedelta(minutes=1))
def resume_bill_runs() -> str:
    """Go on with bill runs that were interrupted."""
    return _count(resume_runs(), "bill runs finished")


@job("issue_bills", at=time(6))
def issue_bills() -> str:
    """Issue the month's automatic items where that has not been done."""
    return _count(due_runs(), "bill runs issued")


@job("post_late_fees", at=time(6, 30))
def post_late_fees() -> str:
    """Charge the late fees of the months that are over where that has not been done."""
    return _count(post_due_late_fees(), "late fees charged")


@job("settle_promises", at=time(7))
def settle_agreements() -> str:
    """Close promises to pay and plans of instalments that were kept or broken."""
    return _count(run_in_uow(settle_promises), "promises closed")


@job("climb_ladder", every=timedelta(minutes=30))
def climb_ladder() -> str:
    """Remind households of overdue bills after their estate's days; never in the quiet hours."""
    return _count(run_in_uow(climb_due), "households reminded")


@job("remind_due_bills", at=time(9))
def remind_due_bills() -> str:
    """Tell of bills that fall due in 7, 3 and 1 days."""
    return _count(run_in_uow(due_reminders.remind_due), "people reminded of bills that fall due")


@job("remind_feedback", every=timedelta(minutes=10))
def remind_feedback() -> str:
    """Remind the responsible managers of feedback whose limit draws near or has passed."""
    return _count(run_in_uow(reminders.remind_feedback), "reminders of feedback")


@job("make_data_exports", every=timedelta(seconds=5))
def make_data_exports() -> str:
    """Make the files of own data that people asked for."""
    return _count(make_exports(), "files of own data made")


@job("erase_accounts", every=timedelta(minutes=10))
def erase_accounts() -> str:
    """Delete the accounts whose days of cooling are over."""
    return _count(erase_due(), "accounts deleted")


@job("refresh_extracts", every=timedelta(minutes=5))
def refresh_extracts() -> str:
    """Bring what has changed into the extracts that the charts read."""
    run_in_uow(extract.refresh, SYSTEM)
    return ""


@job("backup", at=time(3))
def back_up() -> str:
    """Save the database and the photos."""
    return backups.save()


@job("backup_drill", at=time(4))
def drill() -> str:
    """Restore the newest backup into a scratch database and compare."""
    return backups.drill()


@job("tidy", at=time(4, 30))
def tidy() -> str:
    """Forget what has run out: sessions, codes, tickets, photos that nothing took."""
    rows = run_in_uow(tidy_access)
    files = pieces.drop_abandoned(utc_now()) + run_in_uow(drop_old_exports)
    while dropped := run_in_uow(drop_unused):
        files += dropped
    return f"{rows} rows and {files} files removed"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number else ""
