"""How people pay: soon, late or hardly, and through which channel."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from math import log
from random import Random

from estate_app.kit.clock import local
from estate_app.payment.channel import Channel


class Habit(StrEnum):
    """What kind of payer a household is."""

    prompt = "prompt"
    regular = "regular"
    late = "late"
    chronic = "chronic"


_SHARES = {Habit.prompt: 47, Habit.regular: 36, Habit.late: 13, Habit.chronic: 4}
_DELAYS = {
    Habit.prompt: (log(4.0), 0.7),
    Habit.regular: (log(12.5), 0.5),
    Habit.late: (log(38.0), 0.5),
    Habit.chronic: (log(120.0), 0.6),
}
"""The logarithm of the median days from issue to payment, and its spread."""
_NEVER = {Habit.prompt: 0.0, Habit.regular: 0.001, Habit.late: 0.02, Habit.chronic: 0.35}
_CHANNELS = ((Channel.wechat, 54), (Channel.alipay, 25), (Channel.unionpay, 7), (Channel.counter, 14))
_HOURS = (8, 10, 12, 14, 18, 20, 21)
_HOURS_SO_FAR = tuple(accumulate((8, 12, 16, 10, 16, 24, 14)))
METHODS = ("cash", "card", "transfer")


@dataclass(frozen=True, slots=True)
class Payer:
    """A household's habit and the channel that it mostly uses."""

    habit: Habit
    channel: Channel


def deal_payer(rng: Random, *, has_account: bool) -> Payer:
    """Deal a household's habit; without an account in the house somebody comes to the counter."""
    habit = rng.choices(list(_SHARES), list(_SHARES.values()))[0]
    channel = rng.choices([c for c, _ in _CHANNELS], [w for _, w in _CHANNELS])[0] if has_account else Channel.counter
    return Payer(habit, channel)


def pays_at(rng: Random, payer: Payer, issued_at: datetime) -> datetime | None:
    """When a household pays bills of an instant; None when it never does."""
    if rng.random() < _NEVER[payer.habit]:
        return None
    at = issued_at + timedelta(days=rng.lognormvariate(*_DELAYS[payer.habit]))
    hour = rng.randint(9, 16) if payer.channel is Channel.counter else rng.choices(_HOURS, cum_weights=_HOURS_SO_FAR)[0]
    day = local(at).replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)
    return max(day.astimezone(at.tzinfo), issued_at + timedelta(minutes=30))
