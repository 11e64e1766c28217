/** My repairs: what waits to be sent, what is going on, what is done. */
import { get, type Schemas } from '../../core/api';
import { when } from '../../core/format';
import { base, dress, go, load, sure } from '../../core/page';
import { drop, flush, take, waiting, watchQueue } from '../../core/queue';
import { keepDraft } from '../../core/draft';
import { draftOf } from '../report/draft';
import { absolute } from '../../core/config';
import { repairBadge } from '../../core/states';
import { text } from '../../core/text';

type Family = 'open' | 'done' | 'all';
const FAMILIES: Family[] = ['open', 'done', 'all'];

function card(order: Schemas['OrderOut']) {
  return {
    id: order.id,
    title: order.category,
    about: order.description,
    place: order.place,
    when: when(order.submitted_at),
    icon: order.icon,
    cover: order.thumbnail_url ? absolute(order.thumbnail_url) : '',
    badge: repairBadge(order),
  };
}

function queued() {
  return waiting().map((one) => ({ key: one.key, title: one.title, about: one.body.description, problem: one.problem, count: one.files.length }));
}

const data = {
  ...base('repairs'),
  families: FAMILIES,
  family: 'open' as Family,
  orders: [] as ReturnType<typeof card>[],
  next: null as string | null,
  queue: queued(),
  names: familyNames(),
};
export type Data = typeof data;
type Tap<D extends object> = WechatMiniprogram.TouchEvent<object, object, D>;

Page({
  data,
  stop: () => undefined as void,

  onLoad() {
    this.stop = watchQueue(() => {
      this.setData({ queue: queued() });
      void this.refresh();
    });
  },

  onUnload() {
    this.stop();
  },

  onShow() {
    if (!dress(this, 'repairs')) return;
    this.setData({ names: familyNames(), queue: queued() });
    void this.refresh();
  },

  onPullDownRefresh() {
    void flush();
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
      const { items, next_cursor: next } = await get('/repairs', { query: { family: this.data.family } });
      this.setData({ orders: items.map(card), next });
    });
  },

  async more() {
    const { next, family, orders } = this.data;
    if (!next) return;
    await load(this, async () => {
      const page = await get('/repairs', { query: { family, cursor: next } });
      this.setData({ orders: [...orders, ...page.items.map(card)], next: page.next_cursor });
    });
  },

  choose(event: Tap<{ family: Family }>) {
    this.setData({ family: event.currentTarget.dataset.family, stage: 'loading', orders: [], next: null });
    void this.refresh();
  },

  open(event: Tap<{ id: number }>) {
    go(`/pages/repair/repair?id=${event.currentTarget.dataset.id}`);
  },

  report() {
    go('/pages/report/report');
  },

  sendNow() {
    void flush();
  },

  edit(event: Tap<{ key: string }>) {
    const one = take(event.currentTarget.dataset.key);
    if (!one) return;
    keepDraft(draftOf(one));
    go('/pages/report/report');
  },

  async dropIt(event: Tap<{ key: string }>) {
    const { key } = event.currentTarget.dataset;
    if (await sure(text().repairs.dropAsk, 'ok')) drop(key);
  },
});

function familyNames(): Record<Family, string> {
  const { repairs } = text();
  return { open: repairs.open, done: repairs.done, all: repairs.all };
}
