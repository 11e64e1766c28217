/** What stays on the phone: small values by name, each typed once here. */
import type { components } from '../../typings/api';
import type { Draft } from './draft';
import type { Waiting } from './queue';

export interface Stored {
  token: string;
  locale: 'zh' | 'en' | '';
  isElder: boolean;
  me: components['schemas']['Me'];
  roomId: number;
  /** Where to go once somebody has signed in. */
  after: string;
  draft: Draft;
  /** Feedback that is being written. */
  told: { kind: components['schemas']['FeedbackKind']; words: string; isUnnamed: boolean };
  queue: Waiting[];
  cacheIndex: string[];
}

export function read<K extends keyof Stored>(name: K): Stored[K] | undefined {
  const value: unknown = wx.getStorageSync(name);
  return value === '' ? undefined : (value as Stored[K]);
}

export function write<K extends keyof Stored>(name: K, value: Stored[K]): void {
  wx.setStorageSync(name, value);
}

export function forget(name: keyof Stored): void {
  wx.removeStorageSync(name);
}
