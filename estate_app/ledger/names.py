"""What accounts and entries of the ledger are called. Pure."""

from collections.abc import Mapping

from estate_app.kit.i18n import Message, msg
from estate_app.ledger.models import JournalKind, LedgerAccount

ACCOUNTS: Mapping[LedgerAccount, Message] = {
    LedgerAccount.receivable: msg("Receivable from rooms"),
    LedgerAccount.income: msg("Income from fees"),
    LedgerAccount.clearing_wechat: msg("On its way from WeChat Pay"),
    LedgerAccount.clearing_alipay: msg("On its way from Alipay"),
    LedgerAccount.clearing_unionpay: msg("On its way from UnionPay"),
    LedgerAccount.cash: msg("Cash"),
    LedgerAccount.bank: msg("Bank deposit"),
    LedgerAccount.prepaid: msg("Prepaid by rooms"),
    LedgerAccount.refund_due: msg("Refunds on their way"),
    LedgerAccount.suspense: msg("Held until resolved"),
    LedgerAccount.channel_fee: msg("Fees of the channels"),
    LedgerAccount.channel_difference: msg("Over or short at the channels"),
    LedgerAccount.cash_difference: msg("Cash over or short"),
    LedgerAccount.opening: msg("Opening balances"),
}
JOURNALS: Mapping[JournalKind, Message] = {
    JournalKind.bill_issued: msg("Bill issued"),
    JournalKind.bill_voided: msg("Bill voided"),
    JournalKind.bill_adjusted: msg("Bill corrected"),
    JournalKind.payment: msg("Payment"),
    JournalKind.refund: msg("Refund"),
    JournalKind.suspense: msg("Held money"),
    JournalKind.settlement_fee: msg("Fee of a channel"),
    JournalKind.adjustment: msg("Adjustment to a channel"),
    JournalKind.day_close: msg("Day close"),
    JournalKind.opening: msg("Opening balance"),
}
