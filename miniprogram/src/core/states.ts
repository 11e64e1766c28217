/** The colour and the icon of each state: the same here as in the browser's pages. */
import type { Schemas } from './api';
import { say, text } from './text';

export interface Badge {
  words: string;
  tone: 'gray' | 'orange' | 'indigo' | 'green' | 'red';
  icon: string;
  isOver: boolean;
}

type Look = [Badge['tone'], string, boolean?];
const REPAIRS: Record<string, Look> = {
  submitted: ['gray', 'send'],
  assigned: ['orange', 'clock'],
  accepted: ['indigo', 'check-check'],
  on_the_way: ['indigo', 'footprints'],
  working: ['indigo', 'wrench'],
  paused: ['orange', 'pause'],
  completed: ['green', 'check'],
  closed: ['gray', 'archive', true],
  cancelled: ['gray', 'ban', true],
  rejected: ['gray', 'ban', true],
};
const PAYMENTS: Record<string, Look> = {
  pending: ['indigo', 'loader-circle'],
  paid: ['green', 'check'],
  failed: ['red', 'x'],
  closed: ['gray', 'ban', true],
};

export function repairBadge(order: Schemas['OrderOut']): Badge {
  if (order.stage === 4) return badge(['gray', 'star', true], text().states.rated);
  return badge(REPAIRS[order.status] ?? ['gray', 'circle'], order.status_name);
}

/** Who does what now, in one line; empty before anybody is asked and after it is over. */
export function doing(order: Schemas['OrderOut']): string {
  const words = text().home.doing[order.status];
  return words && order.technician ? say(words, { name: order.technician }) : '';
}

export function billBadge(bill: Schemas['BillOut']): Badge {
  const { states } = text();
  if (bill.status === 'paid') return badge(['green', 'check'], states.paidBill);
  if (bill.status === 'void') return badge(['gray', 'file-x', true], states.void);
  if (bill.status === 'disputed') return badge(['orange', 'scale'], states.disputed);
  if (bill.is_overdue) return badge(['red', 'alarm-clock'], states.overdue);
  if (bill.status === 'partly_paid') return badge(['orange', 'circle-dashed', true], states.partlyPaid);
  return badge(['orange', 'circle'], states.unpaid);
}

export function paymentBadge(payment: Schemas['PaymentOut']): Badge {
  const { states } = text();
  const words: Record<string, string> = { pending: states.pending, paid: states.paid, failed: states.failed, closed: states.closed };
  if (payment.refunded_fen > 0) return badge(['gray', 'undo-2', true], states.refunded);
  return badge(PAYMENTS[payment.status] ?? ['gray', 'circle'], words[payment.status] ?? payment.status);
}

function badge([tone, icon, isOver = false]: Look, words: string): Badge {
  return { words, tone, icon, isOver };
}
