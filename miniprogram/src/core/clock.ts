/** The server's time: a phone whose clock is a day off still shows right countdowns. All words are Shanghai's. */
const HOUR = 3_600_000;
const SHANGHAI = 8 * HOUR;
let ahead = 0;

export interface Moment {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  weekday: number;
}

/** Learn from the `date` header of an answer; a difference under two seconds is the network's. */
export function learnTime(header: string | undefined): void {
  const at = header === undefined ? NaN : Date.parse(header);
  if (Number.isNaN(at)) return;
  const difference = at - Date.now();
  ahead = Math.abs(difference) < 2000 ? 0 : difference;
}

export function now(): number {
  return Date.now() + ahead;
}

/** An instant as the clock on a wall in Shanghai, whatever zone the phone is in. */
export function moment(at: number): Moment {
  const date = new Date(at + SHANGHAI);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    weekday: date.getUTCDay(),
  };
}

/** The instant of an hour of a Shanghai day, some days from today. */
export function instantOf(daysAhead: number, hour: number): Date {
  const today = moment(now());
  return new Date(Date.UTC(today.year, today.month - 1, today.day + daysAhead, hour) - SHANGHAI);
}

/** A business date some days from today, as pickers and the server write it. */
export function dayAhead(days: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const { year, month, day } = moment(instantOf(days, 12).getTime());
  return `${year}-${two(month)}-${two(day)}`;
}

/** Whole days from today to a business date. */
export function daysUntil(date: string): number {
  const today = moment(now());
  return Math.round((Date.parse(`${date}T00:00:00Z`) - Date.UTC(today.year, today.month - 1, today.day)) / (24 * HOUR));
}
