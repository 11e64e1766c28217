/** The inbox: each notice leads to what it speaks of. */
import { get, post, type Schemas } from '../../core/api';
import { ago } from '../../core/format';
import { base, dress, go, load } from '../../core/page';
import { text } from '../../core/text';

/** Links are those of the browser's pages; here they lead to their pendants. */
const PLACES: readonly [RegExp, (id: string) => string][] = [
  [/^\/repairs\/(\d+)/, (id) => `/pages/repair/repair?id=${id}`],
  [/^\/bills\/(\d+)/, (id) => `/pages/bill/bill?id=${id}`],
  [/^\/pay\/(\d+)/, (id) => `/pages/payment/payment?id=${id}`],
  [/^\/receipts\//, () => '/pages/payments/payments'],
  [/^\/payments/, () => '/pages/payments/payments'],
  [/^\/notices/, () => '/pages/notices/notices'],
  [/^\/me\/rooms\/(\d+)/, (id) => `/pages/people/people?room=${id}`],
  [/^\/me\/rooms/, () => '/pages/rooms/rooms'],
  [/^\/feedback\/(\d+)/, (id) => `/pages/thread/thread?id=${id}`],
  [/^\/meters/, () => '/pages/meters/meters'],
  [/^\/balance/, () => '/pages/balance/balance'],
  [/^\/arrears/, () => '/pages/arrears/arrears'],
  [/^\/me\/data/, () => '/pages/mydata/mydata'],
  [/^\/income\/(\d+)/, (id) => `/pages/quarter/quarter?id=${id}`],
  [/^\/me\/security/, () => '/pages/sessions/sessions'],
];
const TABS: Record<string, string> = { '/': '/pages/home/home', '/bills': '/pages/bills/bills', '/repairs': '/pages/repairs/repairs' };

function row(notice: Schemas['NoticeOut']) {
  return { id: notice.id, title: notice.title, body: notice.body, at: ago(notice.at), link: notice.link, isNew: !notice.is_read };
}

type View = 'all' | 'unread';
const VIEWS: View[] = ['all', 'unread'];

function names(): Record<View, string> {
  return { all: text().common.all, unread: text().inbox.unread };
}

const data = { ...base('inbox'), rows: [] as ReturnType<typeof row>[], next: null as string | null, hasNew: false, views: VIEWS, view: 'all' as View, names: names() };
export type Data = typeof data;

Page({
  data,

  onShow() {
    if (!dress(this, 'inbox')) return;
    this.setData({ names: names() });
    void this.refresh();
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
      const page = await get('/inbox', { query: this.query() });
      this.show(page.items.map(row), page.next_cursor);
    });
  },

  async more() {
    const { next, rows } = this.data;
    if (!next) return;
    await load(this, async () => {
      const page = await get('/inbox', { query: { ...this.query(), cursor: next } });
      this.show([...rows, ...page.items.map(row)], page.next_cursor);
    });
  },

  query(): { unread_only?: boolean } {
    return this.data.view === 'unread' ? { unread_only: true } : {};
  },

  choose(event: WechatMiniprogram.TouchEvent<object, object, { view: View }>) {
    this.setData({ view: event.currentTarget.dataset.view, stage: 'loading', rows: [], next: null });
    void this.refresh();
  },

  show(rows: ReturnType<typeof row>[], next: string | null) {
    this.setData({ rows, next, hasNew: rows.some((one) => one.isNew) });
  },

  async open(event: WechatMiniprogram.TouchEvent<object, object, { id: number; link: string }>) {
    const { id, link } = event.currentTarget.dataset;
    await post('/inbox/{notice_id}/read', { path: { notice_id: id } }).catch(() => undefined);
    this.show(this.data.rows.map((one) => (one.id === id ? { ...one, isNew: false } : one)), this.data.next);
    const tab = TABS[link];
    if (tab) return void wx.switchTab({ url: tab });
    for (const [pattern, place] of PLACES) {
      const found = pattern.exec(link);
      if (found) return go(place(found[1] ?? ''));
    }
  },

  async readAll() {
    await load(this, async () => {
      await post('/inbox/read');
      this.show(this.data.rows.map((one) => ({ ...one, isNew: false })), this.data.next);
    });
  },
});
