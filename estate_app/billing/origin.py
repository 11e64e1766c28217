"""Against which account a bill was issued, so that undoing it, or a part of it, goes back to the very same."""

from sqlmodel import Session, col, select

from estate_app.billing.models import Bill
from estate_app.ledger.models import LedgerAccount
from estate_app.ledger.queries import credited_at_first


def credited_account(session: Session, bill: Bill) -> LedgerAccount:
    """Income; for what was owed before the books began, and was imported, the opening account.

    A bill that replaces another one by a smaller amount has no entry of its own: that of the first of them counts.
    """
    first, before = bill.id or 0, bill.replaces_id
    while before is not None:
        found = credited_at_first(session, "bill", first)
        if found is not None:
            return found
        first, before = before, session.exec(select(Bill.replaces_id).where(col(Bill.id) == before)).first()
    return credited_at_first(session, "bill", first) or LedgerAccount.income
