/** What I told the estate, and what came of it. */
import { get } from '../../core/api';
import { feedbackCard } from '../../core/feedback';
import { base, dress, go, load } from '../../core/page';

const data = { ...base('feedback'), rows: [] as ReturnType<typeof feedbackCard>[], next: null as string | null };
export type Data = typeof data;

Page({
  data,

  onShow() {
    if (dress(this, 'feedback')) void this.refresh();
  },

  onPullDownRefresh() {
    void this.refresh();
  },

  onLive() {
    void this.refresh();
  },

  onReachBottom() {
    void this.more();
  },

  async refresh() {
    await load(this, async () => {
      const page = await get('/feedback');
      this.setData({ rows: page.items.map(feedbackCard), next: page.next_cursor });
    });
  },

  async more() {
    const { next, rows } = this.data;
    if (!next) return;
    await load(this, async () => {
      const page = await get('/feedback', { query: { cursor: next } });
      this.setData({ rows: [...rows, ...page.items.map(feedbackCard)], next: page.next_cursor });
    });
  },

  open(event: WechatMiniprogram.TouchEvent<object, object, { id: number }>) {
    go(`/pages/thread/thread?id=${event.currentTarget.dataset.id}`);
  },

  tell() {
    go('/pages/tell/tell');
  },
});
