"""Findings with their evidence: hot-spots by a stated test, a forecast with its past error, and one sentence per chart.

A finding is never more certain than its test: hot-spots are tested together (Benjamini and Hochberg), forecasts carry the
error they would have made, small groups give no sentence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl
from scipy.special import gammainc

from estate_app.kit.i18n import Message, msg

MIN_HOT_ORDERS = 3
MIN_BACKTESTS = 3
MAX_BACKTESTS = 12
_MEAN_SEASONS = 4
_FACTOR_SEASONS = 8
_SMOOTHING = 0.3
_SMALLEST_LEVEL = 0.001


@dataclass(frozen=True, slots=True)
class HotSpot:
    """A building with more orders of a category than both totals explain; `q` is the adjusted level."""

    building_id: str
    building: str
    category: str
    orders: int
    expected: float
    p: float
    q: float

    @property
    def ratio(self) -> float:
        """How many times the expected number."""
        return self.orders / self.expected

    @property
    def level_text(self) -> str:
        """The adjusted level as it is printed, the same in every language."""
        return f"q = {self.q:.3f}" if self.q >= _SMALLEST_LEVEL else f"q < {_SMALLEST_LEVEL}"

    @property
    def sentence(self) -> Message:
        """Say it, with the test's level."""
        return msg(
            "{building}: {orders} orders of {category}, {ratio} times the expected number (Poisson test, {q})",
            building=self.building,
            orders=self.orders,
            category=self.category,
            ratio=f"{self.ratio:.1f}",
            q=self.level_text,
        )


def hot_spots(grid: pl.LazyFrame, *, level: float = 0.05) -> tuple[HotSpot, ...]:
    """Find hot-spots in the frame of `frames.repairs.building_by_category`, the surest first.

    Test: for each cell, the exact one-sided Poisson probability of at least so many orders when building and category are
    independent (expectation = row × column / total); all cells together are held to a false discovery rate of `level`.
    Cells with fewer than three orders are tested but never reported.
    """
    whole = pl.col("orders").sum()
    cells = grid.with_columns(expected=whole.over("building_id") * whole.over("category") / pl.when(whole > 0).then(whole)).collect()
    tested = [row for row in cells.iter_rows(named=True) if row["expected"]]
    levels = [float(gammainc(row["orders"], row["expected"])) if row["orders"] else 1.0 for row in tested]
    found = [
        HotSpot(row["building_id"], row["building"], row["category"], row["orders"], row["expected"], p, q)
        for row, p, q in zip(tested, levels, benjamini_hochberg(levels), strict=True)
        if q <= level and row["orders"] >= MIN_HOT_ORDERS
    ]
    return tuple(sorted(found, key=lambda spot: (spot.q, -spot.ratio, spot.building_id, spot.category)))


def benjamini_hochberg(levels: Sequence[float]) -> list[float]:
    """Adjust p-values for being many (Benjamini and Hochberg 1995); results keep the order of the input."""
    order = sorted(range(len(levels)), key=lambda i: levels[i], reverse=True)
    adjusted = [0.0] * len(levels)
    smallest = 1.0
    for place, index in enumerate(order):
        smallest = min(smallest, levels[index] * len(levels) / (len(levels) - place))
        adjusted[index] = smallest
    return adjusted


@dataclass(frozen=True, slots=True)
class ForecastStep:
    """One future step with its 80 % band."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """Future steps, the method chosen, and its past error: the sum of misses over the sum of what came, in `backtests` tries."""

    steps: tuple[ForecastStep, ...]
    method: str
    past_error: float
    backtests: int

    @property
    def sentence(self) -> Message:
        """Say the sum and how far past forecasts were off."""
        return msg(
            "About {total} orders expected; earlier forecasts were off by {error}%",
            total=round(sum(step.value for step in self.steps)),
            error=round(self.past_error * 100),
        )


def forecast(history: Sequence[float], *, season: int = 7, horizon: int = 7) -> Forecast | None:
    """Forecast by the method that would have done best in the past; None when the past is too short to say.

    Tried: the last season again, the mean of four seasons, and exponential smoothing with seasonal factors. Each forecasts
    from earlier days (at least two seasons, up to twelve times); the band holds 80 % of the misses of the chosen one.
    """
    origins = range(len(history) - horizon, 2 * season - 1, -horizon)[:MAX_BACKTESTS]
    if len(origins) < MIN_BACKTESTS:
        return None
    best: Forecast | None = None
    for name, method in _METHODS.items():
        misses: list[float] = []
        came = 0.0
        for origin in origins:
            truth = history[origin : origin + horizon]
            misses += [t - f for t, f in zip(truth, method(history[:origin], season, horizon), strict=True)]
            came += sum(truth)
        if came <= 0:
            return None
        error = sum(abs(miss) for miss in misses) / came
        if best is None or error < best.past_error:
            reach = sorted(abs(miss) for miss in misses)[-(-len(misses) * 4 // 5) - 1]
            steps = tuple(ForecastStep(v, max(0.0, v - reach), v + reach) for v in method(history, season, horizon))
            best = Forecast(steps, name, error, len(origins))
    return best


def _last_season(history: Sequence[float], season: int, horizon: int) -> list[float]:
    return [history[len(history) - season + step % season] for step in range(horizon)]


def _mean_season(history: Sequence[float], season: int, horizon: int) -> list[float]:
    means = []
    for step in range(min(season, horizon)):
        past = history[len(history) - season + step :: -season][:_MEAN_SEASONS]
        means.append(sum(past) / len(past))
    return [means[step % season] for step in range(horizon)]


def _smoothed(history: Sequence[float], season: int, horizon: int) -> list[float]:
    recent = history[-(len(history) // season) * season :][-_FACTOR_SEASONS * season :]
    mean = sum(recent) / len(recent)
    if mean == 0:
        return [0.0] * horizon
    factors = [sum(recent[phase::season]) / len(recent[phase::season]) / mean for phase in range(season)]
    level = mean
    for index, value in enumerate(recent):
        factor = factors[index % season]
        if factor > 0:
            level += _SMOOTHING * (value / factor - level)
    return [level * factors[step % season] for step in range(horizon)]


_METHODS: dict[str, Callable[[Sequence[float], int, int], list[float]]] = {
    "last_season": _last_season,
    "mean_season": _mean_season,
    "smoothed": _smoothed,
}
