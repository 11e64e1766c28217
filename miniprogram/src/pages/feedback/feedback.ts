/** What I told the estate, and what came of it. */
import { get } from '../../core/api';
import { feedbackCard } from '../../core/feedback';
import { firstPart, nextPart } from '../../core/listing';
import { base, dress, go } from '../../core/page';

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
    await firstPart(this, (query) => get('/feedback', { query }), feedbackCard);
  },

  async more() {
    await nextPart(this, (query) => get('/feedback', { query }), feedbackCard);
  },

  open(event: WechatMiniprogram.TouchEvent<object, object, { id: number }>) {
    go(`/pages/thread/thread?id=${event.currentTarget.dataset.id}`);
  },

  tell() {
    go('/pages/tell/tell');
  },
});
