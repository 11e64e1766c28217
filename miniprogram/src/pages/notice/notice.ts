/** One announcement in full. */
import { get } from '../../core/api';
import { span, when } from '../../core/format';
import { base, dress, load } from '../../core/page';
import { Refusal } from '../../core/problem';
import { say, text } from '../../core/text';

const data = { ...base('notices'), title: '', body: '', tag: '', happens: '', published: '' };
export type Data = typeof data;

Page({
  data,
  id: 0,

  onLoad(query: { id?: string }) {
    this.id = Number(query.id);
  },

  onShow() {
    if (dress(this, 'notices')) void this.refresh();
  },

  /** The list holds whole announcements; it is walked until this one is there. */
  async refresh() {
    await load(this, async () => {
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: Awaited<ReturnType<typeof read>> = await read(cursor);
        const found = page.items.find((one) => one.id === this.id);
        if (found) {
          const words = text().notices;
          const happens = found.happens_at ? say(words.happens, { span: found.ends_at ? span(found.happens_at, found.ends_at) : when(found.happens_at) }) : '';
          this.setData({ title: found.title, body: found.body, tag: words.tags[found.tag] ?? found.tag, happens, published: say(words.published, { time: when(found.published_at) }) });
          return;
        }
        cursor = page.next_cursor;
      }
      throw new Refusal(404, text().notices.empty);
    });
  },
});

function read(cursor: string) {
  return get('/announcements', { query: { limit: 50, ...(cursor ? { cursor } : {}) } });
}
