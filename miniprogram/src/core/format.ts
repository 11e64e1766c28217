/** Money, days and hours as people read them. Amounts are whole fen, instants are UTC, days are Shanghai's. */
import { daysUntil, moment, now } from './clock';
import { locale, say, text } from './text';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');

/** `1,073.45`; a minus is U+2212. */
export function yuan(fen: number): string {
  const size = Math.abs(fen);
  const whole = String(Math.floor(size / 100)).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${fen < 0 ? '−' : ''}${whole}.${two(size % 100)}`;
}

/** The fen of a typed amount, `12` or `12.50`; undefined when it is none. */
export function fenOf(typed: string): number | undefined {
  const found = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(typed.trim());
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : undefined;
}

/** The thousandths of a typed quantity, `1312` or `1312.5`; undefined when it is none. */
export function milliOf(typed: string): number | undefined {
  const found = /^(\d{1,9})(?:\.(\d{1,3}))?$/.exec(typed.trim());
  return found ? Number(found[1]) * 1000 + Number((found[2] ?? '').padEnd(3, '0')) : undefined;
}

/** Thousandths as a plain number: `14` or `12.5`. */
export function quantity(milli: number): string {
  return String(milli / 1000);
}

/** A business date: `11月30日`, `30 Nov`; with its year when that is another one. */
export function day(date: string): string {
  const [year = 0, month = 1, dayOfMonth = 1] = date.slice(0, 10).split('-').map(Number);
  const isThisYear = year === moment(now()).year;
  if (locale() === 'en') return `${dayOfMonth} ${MONTHS[month - 1]}${isThisYear ? '' : ` ${year}`}`;
  return `${isThisYear ? '' : `${year}年`}${month}月${dayOfMonth}日`;
}

/** A billing month: `2026年11月`, `Nov 2026`. */
export function month(date: string): string {
  const [year = 0, number = 1] = date.split('-').map(Number);
  return locale() === 'en' ? `${MONTHS[number - 1]} ${year}` : `${year}年${number}月`;
}

/** A quarter by its first day: `2026 年第 3 季度`, `Q3 2026`. */
export function quarter(date: string): string {
  const [year = 0, number = 1] = date.split('-').map(Number);
  return say(text().common.quarter, { year, n: Math.ceil(number / 3) });
}

export function clockTime(at: string | number): string {
  const { hour, minute } = moment(typeof at === 'string' ? Date.parse(at) : at);
  return `${two(hour)}:${two(minute)}`;
}

/** `今天 09:12`, `11-18 09:12`, with the year when that is another one. */
export function when(at: string): string {
  const then = moment(Date.parse(at));
  const today = moment(now());
  const time = clockTime(at);
  if (then.year === today.year && then.month === today.month && then.day === today.day) return say(text().common.today, { time });
  const date = `${two(then.month)}-${two(then.day)}`;
  return then.year === today.year ? `${date} ${time}` : `${then.year}-${date} ${time}`;
}

/** `刚刚`, `5 分钟前`, then the time. */
export function ago(at: string): string {
  const minutes = Math.floor((now() - Date.parse(at)) / 60_000);
  if (minutes < 1) return text().common.justNow;
  return minutes < 60 ? say(text().common.minutesAgo, { minutes }) : when(at);
}

/** `剩 12 天`, `今天到期`, `已逾期 3 天`. */
export function dueIn(date: string): string {
  const days = daysUntil(date);
  if (days === 0) return text().common.dueToday;
  return days > 0 ? say(text().common.daysLeft, { days }) : say(text().common.daysLate, { days: -days });
}

/** `14–16`-like span of hours on a day. */
export function span(from: string, to: string): string {
  return `${when(from)}–${clockTime(to)}`;
}
