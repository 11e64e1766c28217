"""Capital amounts (大写金额) by the People's Bank's 《正确填写票据和结算凭证的基本规定》 (annex of 《支付结算办法》)."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_GROUP = 10_000
MAX_CAPITAL_FEN = 10**17


def capital_amount(fen: int) -> str:
    """Write fen in capital characters: 107345 → 壹仟零柒拾叁元肆角伍分.

    One 零 stands for zeros between figures, 整 closes an amount without 分, and 零 stands between 元 and 分 when 角 is
    missing. A negative amount begins with 负.

    Raises:
        ValueError: the amount is beyond 999 万亿 yuan.
    """
    if abs(fen) >= MAX_CAPITAL_FEN:
        raise ValueError("amount too large for capital characters")
    if fen < 0:
        return "负" + capital_amount(-fen)
    yuan, cents = divmod(fen, 100)
    jiao, rest = divmod(cents, 10)
    text = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif rest and yuan:
        text += "零"
    if rest:
        return f"{text}{_DIGITS[rest]}分"
    return f"{text or '零元'}整"


def _whole(yuan: int) -> str:
    groups: list[int] = []
    while yuan:
        yuan, group = divmod(yuan, _GROUP)
        groups.append(group)
    text = ""
    is_gap = False
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if group == 0:
            is_gap = True
            continue
        if text and (is_gap or group < _GROUP // 10):
            text += "零"
        text += _four(group) + _unit(groups, index)
        is_gap = False
    return text


def _unit(groups: list[int], index: int) -> str:
    """万亿 is said 万 when 亿 follows from the group below: 壹万贰仟亿 is 壹万 + 贰仟亿."""
    return "万" if index == len(_GROUPS) - 1 and groups[index - 1] else _GROUPS[index]


def _four(group: int) -> str:
    text = ""
    is_gap = False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit == 0:
            is_gap = bool(text)
            continue
        text += ("零" if is_gap else "") + _DIGITS[digit] + _PLACES[place]
        is_gap = False
    return text
