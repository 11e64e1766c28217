/** Feedback as lists and threads show it. */
import { get, type Schemas } from './api';
import { ago, when } from './format';
import type { Badge } from './states';
import { say, text } from './text';

const LOOKS: Record<Schemas['FeedbackStatus'], [Badge['tone'], string, boolean]> = {
  open: ['orange', 'clock', false],
  answered: ['indigo', 'message-square', false],
  closed: ['gray', 'check', true],
};

export function feedbackCard(one: Schemas['FeedbackOut']) {
  const words = text().feedback;
  const [tone, icon, isOver] = LOOKS[one.status];
  return {
    id: one.id,
    number: one.number,
    kind: words.kinds[one.kind] ?? one.kind,
    isComplaint: one.kind === 'complaint',
    text: one.text,
    at: ago(one.created_at),
    unnamed: one.is_anonymous ? words.unnamed : '',
    limit: one.status === 'open' ? say(words.answersBy, { time: when(one.due_at) }) : '',
    badge: { words: words.states[one.status] ?? one.status, tone, icon, isOver } satisfies Badge,
  };
}

/** What one told of a repair or a bill; nothing when it cannot be read, the page has more to say. */
export async function toldOf(about: { order_id: number } | { bill_id: number }): Promise<ReturnType<typeof feedbackCard>[]> {
  const found = await get('/feedback', { query: about }).catch(() => undefined);
  return (found?.items ?? []).map(feedbackCard);
}
