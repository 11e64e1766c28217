/** Tips for a home as pages show them. */
import { get, type Schemas } from './api';
import type { Room } from './rooms';
import { say, text } from './text';

export function tipCard(tip: Schemas['TipOut']) {
  const title = tip.about ? say(text().tips.about, { about: tip.about, title: tip.title }) : tip.title;
  return { code: tip.code, icon: tip.icon, title, body: tip.body, reason: tip.reason };
}

/** The tips for a room and whether they are wanted; who only pays for it has none. */
export async function tipsOf(room: Room | undefined): Promise<Schemas['TipsOut'] | undefined> {
  return room && room.relation !== 'payer' ? get('/rooms/{room_id}/tips', { path: { room_id: room.id } }) : undefined;
}
