/** What the estate's common ground brought in, quarter by quarter. */
import { get, type Schemas } from '../../core/api';
import { quarter, when, yuan } from '../../core/format';
import { firstPart, nextPart } from '../../core/listing';
import { base, dress, go } from '../../core/page';
import { say, text } from '../../core/text';

function row(one: Schemas['DisclosureOut']) {
  const { income: words } = text();
  return {
    id: one.id,
    title: `${one.estate} · ${quarter(one.quarter_on)}`,
    in: yuan(one.income_fen),
    out: yuan(one.spending_fen),
    published: say(words.published, { time: when(one.published_at) }),
    isReplaced: one.is_replaced,
  };
}

const data = { ...base('income'), rows: [] as ReturnType<typeof row>[], next: null as string | null };
export type Data = typeof data;

Page({
  data,

  onShow() {
    if (dress(this, 'income')) void this.refresh();
  },

  onPullDownRefresh() {
    void this.refresh();
  },

  onReachBottom() {
    void this.more();
  },

  async refresh() {
    await firstPart(this, (query) => get('/disclosures', { query }), row);
  },

  async more() {
    await nextPart(this, (query) => get('/disclosures', { query }), row);
  },

  open(event: WechatMiniprogram.TouchEvent<object, object, { id: number }>) {
    go(`/pages/quarter/quarter?id=${event.currentTarget.dataset.id}`);
  },
});
