/** What the form shows for a draft: pure, so that it can be read at one glance. */
import type { Schemas } from '../../core/api';
import { instantOf, moment, now } from '../../core/clock';
import type { Draft } from '../../core/draft';
import { locale, say, text } from '../../core/text';

const FIRST_HOUR = 8;
const HOURS = 2;
const SLOTS = 6;
const DAYS = 4;

export interface Kind {
  id: number;
  name: string;
  icon: string;
}
export interface Wrong {
  category?: string;
  danger?: string;
  place?: string;
  description?: string;
  time?: string;
}

export function kinds(nodes: readonly Schemas['CategoryOut'][]): Kind[] {
  return nodes.map(({ id, name, icon }) => ({ id, name, icon }));
}

export function days(): { name: string; date: string }[] {
  const { report } = text();
  return Array.from({ length: DAYS }, (_, index) => {
    const { month, day, weekday } = moment(now() + index * 86_400_000);
    const name = locale() === 'en' ? ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][weekday] : report.weekdays[weekday];
    return { name: index === 0 ? report.now : say(report.weekday, { name: name ?? '' }), date: `${month}-${String(day).padStart(2, '0')}` };
  });
}

export function slots(dayIndex: number): { words: string; isOver: boolean }[] {
  const two = (hour: number): string => String(hour).padStart(2, '0');
  return Array.from({ length: SLOTS }, (_, index) => {
    const from = FIRST_HOUR + index * HOURS;
    return { words: say(text().report.hours, { from: two(from), to: two(from + HOURS) }), isOver: instantOf(dayIndex, from).getTime() <= now() };
  });
}

export function accesses(): { value: Schemas['Access']; words: string }[] {
  const { report } = text();
  return [
    { value: 'call_first', words: report.callFirst },
    { value: 'only_at_home', words: report.onlyAtHome },
    { value: 'may_enter', words: report.mayEnter },
  ];
}

export function wrongOf(draft: Draft, minimum: number, asksDanger: boolean): Wrong {
  const { report } = text();
  const wrong: Wrong = {};
  if (draft.categoryId === 0) wrong.category = report.chooseKind;
  if (asksDanger && !draft.danger) wrong.danger = report.answerDanger;
  if ((draft.isPublic ? draft.areaId : draft.roomId) === 0) wrong.place = report.choosePlace;
  if (draft.description.trim().length < minimum) wrong.description = say(report.tooShort, { count: minimum });
  if (draft.isBooked && (draft.slot < 0 || slots(draft.dayIndex)[draft.slot]?.isOver)) wrong.time = report.chooseTime;
  return wrong;
}

/** What is sent for a draft; the photos' ids are added when they are there. */
export function bodyOf(draft: Draft, place: { latitude: number; longitude: number } | undefined): Schemas['Report'] {
  const from = FIRST_HOUR + draft.slot * HOURS;
  return {
    category_id: draft.categoryId,
    ...(draft.isPublic ? { public_area_id: draft.areaId } : { room_id: draft.roomId }),
    description: draft.description.trim(),
    access: draft.access,
    ...(draft.danger ? { has_danger: draft.danger === 'yes' } : {}),
    ...(draft.isBooked
      ? { visit_from_at: instantOf(draft.dayIndex, from).toISOString(), visit_to_at: instantOf(draft.dayIndex, from + HOURS).toISOString() }
      : {}),
    ...(place ? { ...place, coordinate_system: 'wgs84' as const } : {}),
  };
}
