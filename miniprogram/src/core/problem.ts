/** What can go wrong between phone and server, each as a sentence that a person understands. */
import type { components } from '../../typings/api';
import { text } from './text';

type Problem = components['schemas']['Problem'];

/** A refusal: `status` 0 means that no answer came at all. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly field: string = '',
    readonly code: string = '',
    readonly retryAfter: number = 0,
  ) {
    super(message);
  }

  get isOffline(): boolean {
    return this.status === 0;
  }

  /** Whether the same request may succeed later: the network, a busy server. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'detail' in value && 'code' in value;
}

/** The refusal that an answer holds; an answer that nobody wrote for us (a proxy's page) gets our own words. */
export function refusalOf(status: number, body: unknown, retryAfter: string | undefined): Refusal {
  if (isProblem(body)) return new Refusal(status, body.detail, body.field ?? '', body.code, Number(retryAfter ?? 0));
  return new Refusal(status, status >= 500 || status === 200 ? text().common.unreadable : text().common.refused);
}

/** Say any error in one sentence. */
export function sentence(error: unknown): string {
  return error instanceof Refusal ? error.message : text().common.broken;
}
