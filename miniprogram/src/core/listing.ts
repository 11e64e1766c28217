/** Lists that come in parts: the first part anew, the next one on demand. */
import { load, type Stage } from './page';

interface Part<T> {
  items: T[];
  next_cursor: string | null;
}

interface Listed<R> {
  data: { stage: Stage; rows: R[]; next: string | null };
  setData(data: { stage: Stage; problem: string } | { rows: R[]; next: string | null }): void;
}

/** Read the first part. */
export function firstPart<T, R>(page: Listed<R>, read: (query: { cursor?: string }) => Promise<Part<T>>, row: (item: T) => R): Promise<void> {
  return load(page, async () => {
    const part = await read({});
    page.setData({ rows: part.items.map(row), next: part.next_cursor });
  });
}

/** Read the next part and put it below; nothing when there is none. */
export async function nextPart<T, R>(page: Listed<R>, read: (query: { cursor?: string }) => Promise<Part<T>>, row: (item: T) => R): Promise<void> {
  const { next, rows } = page.data;
  if (!next) return;
  await load(page, async () => {
    const part = await read({ cursor: next });
    page.setData({ rows: [...rows, ...part.items.map(row)], next: part.next_cursor });
  });
}
