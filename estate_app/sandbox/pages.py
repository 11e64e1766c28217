"""The sandbox's few pages: a cashier in the look of a phone wallet, its result, and the messages it has received."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from estate_app.sandbox.book import VENDOR_ZONE, Order, vendor_text
from estate_app.sandbox.runtime import ReturnTarget

COLOURS = {"wechat": "#078548", "alipay": "#1668dc", "unionpay": "#c4262b", "phone": "#3e63dd"}
MARKS = {"wechat": "微", "alipay": "支", "unionpay": "银", "phone": "信"}

STYLE = """
*{box-sizing:border-box;margin:0}
body{font:16px/1.6 "PingFang SC","HarmonyOS Sans SC","Microsoft YaHei","Noto Sans SC","Noto Sans CJK SC",system-ui,sans-serif;
background:#f4f5f7;color:#1c2024;min-height:100vh;display:flex;justify-content:center}
.phone{width:100%;max-width:430px;min-height:100vh;display:flex;flex-direction:column;background:#f9f9fb}
header{display:flex;align-items:center;gap:10px;padding:14px 16px;background:var(--brand);color:#fff;font-weight:600}
header .mark{width:28px;height:28px;border-radius:8px;background:#fff;color:var(--brand);display:grid;place-items:center;font-size:15px}
header .tag{margin-left:auto;font-size:12px;font-weight:400;border:1px solid #ffffffb3;border-radius:999px;padding:0 8px}
main{flex:1;padding:16px;display:flex;flex-direction:column;gap:12px}
.card{background:#fff;border:1px solid #e4e6ea;border-radius:14px;padding:16px}
.hero{text-align:center;padding:28px 16px}
.hero p{color:#60646c;font-size:14px}
.amount{font-size:44px;line-height:56px;font-weight:600;font-variant-numeric:tabular-nums}
.amount small{font-size:24px}
dl div{display:flex;justify-content:space-between;gap:16px;padding:8px 0}
dl div+div{border-top:1px solid #eef0f3}
dt{color:#60646c;flex:none}
dd{text-align:right;overflow-wrap:anywhere;font-size:15px;text-wrap:balance}
.actions{display:flex;flex-direction:column;gap:10px;padding:16px;background:#fff;border-top:1px solid #e4e6ea}
button,.button{display:block;width:100%;min-height:48px;border:0;border-radius:12px;font-family:inherit;font-size:16px;font-weight:600;line-height:48px;
text-align:center;text-decoration:none;cursor:pointer;background:#eef0f3;color:#1c2024}
.primary{background:var(--brand);color:#fff}
.danger{color:#c4262b}
button:focus-visible,.button:focus-visible{outline:2px solid #3e63dd;outline-offset:2px}
.row{display:grid;grid-template-columns:1fr 1fr;gap:10px}
.note{font-size:12px;color:#60646c;text-align:center;text-wrap:balance}
.sign{width:64px;height:64px;border-radius:50%;display:grid;place-items:center;margin:0 auto 8px;font-size:30px;
background:#eef0f3;color:#60646c}
.sign.good{background:#dff3e6;color:#1a774e}
.sign.bad{background:#fde8e8;color:#c4262b}
h1{font-size:20px;line-height:28px}
article h2{font-size:14px;font-weight:600;overflow-wrap:anywhere}
article p{white-space:pre-wrap;overflow-wrap:anywhere}
article time{font-size:12px;color:#60646c}
"""

RESULTS = {
    "paid": ("good", "✓", "支付成功", "商户会自动入账，您可以返回查看结果"),
    "failed": ("bad", "✕", "支付没有成功", "银行卡余额不足，没有扣款"),
    "closed": ("", "—", "订单已关闭", "这笔订单已不能支付，没有扣款"),
    "left": ("", "…", "尚未支付", "您离开了收银台，没有扣款"),
}


def cashier_page(order: Order, vendor_name: str) -> str:
    """Show the amount and the three ways out."""
    expiry = f"<p>请在 {escape(vendor_text(order.expires_at)[11:16])} 前完成支付</p>" if order.expires_at else ""
    body = f"""<main><section class="card hero"><p>应付金额</p>
<h1 class="amount" data-testid="amount">{_money(order.amount_fen)}</h1>{expiry}</section>
<section class="card"><dl>{_row("商品", order.description)}{_row("订单号", order.order_no)}{_row("付款方式", "零钱（演示）")}</dl></section>
<p class="note">这是本机的演示收银台，不会产生真实扣款</p></main>
<form method="post" class="actions">
<button class="primary" name="action" value="pay" data-testid="pay">确认支付 ¥{_yuan(order.amount_fen)}</button>
<div class="row"><button class="danger" name="action" value="fail" data-testid="fail">支付失败</button>
<button name="action" value="leave" data-testid="leave">关闭</button></div></form>"""
    return _document(order.channel, vendor_name, body)


def result_page(order: Order, vendor_name: str, outcome: str, target: ReturnTarget) -> str:
    """Show what came of it, with the way back to the merchant."""
    look, sign, title, sentence = RESULTS[outcome]
    details = _row("交易时间", vendor_text(order.paid_at)) + _row("交易单号", order.transaction_id) if order.state == "paid" else ""
    again = '<a class="button" href="?" data-testid="again">重新支付</a>' if outcome in {"failed", "left"} else ""
    body = f"""<main><section class="card hero"><div class="sign {look}" aria-hidden="true">{sign}</div>
<h1 data-testid="result">{title}</h1><p>{sentence}</p><div class="amount">{_money(order.amount_fen)}</div></section>
<section class="card"><dl>{_row("商品", order.description)}{_row("订单号", order.order_no)}{details}</dl></section></main>
<div class="actions">{_way_back(target)}{again}</div>"""
    return _document(order.channel, vendor_name, body)


def missing_page() -> str:
    """Say that there is no such order."""
    body = '<main><section class="card hero"><h1>没有找到这笔订单</h1><p>二维码可能已失效，请返回商户重新下单</p></section></main>'
    return _document("phone", "演示收银台", body)


def messages_page(messages: list[dict[str, Any]]) -> str:
    """List the received messages, newest first."""
    cards = "".join(_message_card(message) for message in reversed(messages))
    empty = '<section class="card hero"><p>还没有收到短信或订阅消息</p></section>'
    note = '<p class="note">发给住户和员工的短信、小程序订阅消息都停在这里，不会真的发出</p>'
    body = f"<main><h1>收到的消息</h1>{cards or empty}{note}</main>"
    return _document("phone", "演示手机", body)


def _message_card(message: dict[str, Any]) -> str:
    moment = datetime.fromisoformat(message["received_at"]).astimezone(VENDOR_ZONE).strftime("%m-%d %H:%M:%S")
    kind = "短信" if message["kind"] == "sms" else "订阅消息"
    text = message["body"] if message["kind"] == "sms" else "\n".join(message["data"].values())
    return (
        f'<article class="card" data-testid="message"><h2>{kind} · {escape(message["to"])}</h2>'
        f"<p>{escape(text)}</p><time>{moment}</time></article>"
    )


def _way_back(target: ReturnTarget) -> str:
    if not target.url.startswith(("http://", "https://")):
        return ""
    if not target.fields:
        return f'<a class="button primary" href="{escape(target.url)}" data-testid="back">返回商户</a>'
    inputs = _hidden(target.fields)
    button = '<button class="primary" data-testid="back">返回商户</button>'
    return f'<form method="post" action="{escape(target.url)}">{inputs}{button}</form>'


def _hidden(fields: Mapping[str, str]) -> str:
    return "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items())


def _document(channel: str, name: str, body: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><link rel="icon" href="data:,">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(name)} · 演示</title><style>:root{{--brand:{COLOURS[channel]}}}{STYLE}</style></head>"
        f'<body><div class="phone"><header><span class="mark" aria-hidden="true">{MARKS[channel]}</span>{escape(name)}'
        f'<span class="tag">演示</span></header>{body}</div></body></html>'
    )


def _row(label: str, value: str) -> str:
    return f"<div><dt>{label}</dt><dd>{escape(value)}</dd></div>"


def _money(fen: int) -> str:
    return f"<small>¥</small>{fen // 100:,}<small>.{fen % 100:02d}</small>"


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"
