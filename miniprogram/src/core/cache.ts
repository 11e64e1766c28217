/** The last answers of the screens, so that they open at once and without a network; the oldest go first. */
import { forget, read, write } from './store';

export interface Kept {
  tag: string;
  body: unknown;
  at: number;
}

const MOST = 40;
const name = (address: string): string => `answer:${address}`;

export function kept(address: string): Kept | undefined {
  const value: unknown = wx.getStorageSync(name(address));
  return typeof value === 'object' && value !== null ? (value as Kept) : undefined;
}

/** Keep an answer; a full storage loses the cache, never what the person wrote. */
export function keep(address: string, answer: Kept): void {
  const index = [address, ...(read('cacheIndex') ?? []).filter((one) => one !== address)];
  for (const old of index.splice(MOST)) wx.removeStorageSync(name(old));
  try {
    wx.setStorageSync(name(address), answer);
    write('cacheIndex', index);
  } catch {
    clearCache();
  }
}

/** Forget every answer: another person may hold the phone next. */
export function clearCache(): void {
  for (const address of read('cacheIndex') ?? []) wx.removeStorageSync(name(address));
  forget('cacheIndex');
}
