/** Home: what is owed, what is being repaired, what the estate announces. */
import { get, type Schemas } from '../../core/api';
import { moment, now } from '../../core/clock';
import { clockTime, day, dueIn, span, when, yuan } from '../../core/format';
import { isElder } from '../../core/look';
import { base, call, dress, go, load } from '../../core/page';
import { chooseRoom, inView, roomName, type Room } from '../../core/rooms';
import { readMe } from '../../core/session';
import { doing, repairBadge } from '../../core/states';
import { read } from '../../core/store';
import { locale, say, text } from '../../core/text';
import { tipCard, tipsOf } from '../../core/tips';

interface Due {
  fen: number;
  when: string;
  overdue: string;
  parts: { name: string; amount: string }[];
  count: number;
}
interface Repair {
  id: number;
  title: string;
  number: string;
  place: string;
  icon: string;
  stage: number;
  badge: ReturnType<typeof repairBadge>;
  says: string;
  note: string;
  initial: string;
  callWords: string;
}
interface Notice {
  id: number;
  tag: string;
  isWarning: boolean;
  title: string;
  when: string;
}

const STAGES = [0, 1, 2, 3, 4];
const data = {
  ...base('home'),
  isElder: isElder(),
  stages: STAGES,
  greeting: '',
  room: '',
  hasRooms: true,
  canChoose: false,
  due: null as Due | null,
  repair: null as Repair | null,
  phone: '',
  notices: [] as Notice[],
  tips: [] as ReturnType<typeof tipCard>[],
  unread: 0,
  supportPhone: '',
};
export type Data = typeof data;

Page({
  data,
  rooms: [] as Room[],

  onShow() {
    if (!dress(this, 'home')) return;
    this.setData({ isElder: isElder(), greeting: greeting() });
    void this.refresh();
  },

  onPullDownRefresh() {
    void this.refresh();
  },

  onLive() {
    void this.refresh();
  },

  async refresh() {
    await load(this, async () => {
      const me = await readMe().catch(() => read('me'));
      const { items } = await get('/rooms');
      this.rooms = items;
      const room = inView(items);
      this.setData({
        greeting: greeting(me?.name),
        isElder: isElder(),
        unread: me?.unread_count ?? 0,
        hasRooms: items.length > 0,
        canChoose: items.length > 1,
        room: room ? roomName(room) : '',
      });
      await Promise.all([this.readDue(room), this.readRepair(room), this.readNotices(), this.readTips(room), this.readConfig()]);
    });
  },

  async readDue(room: Room | undefined) {
    const due = await get('/bills/due', room ? { query: { room_id: room.id } } : {});
    this.setData({ due: dueCard(due) });
    if (due.count > 0) void wx.setTabBarBadge({ index: 2, text: String(due.count) }).catch(() => undefined);
    else void wx.removeTabBarBadge({ index: 2 }).catch(() => undefined);
  },

  async readRepair(room: Room | undefined) {
    if (room?.relation === 'payer') return this.setData({ repair: null, phone: '' });
    const { items } = await get('/repairs', { query: { family: 'open', limit: 1 } });
    const order = items[0];
    if (!order) return this.setData({ repair: null, phone: '' });
    this.setData({ repair: repairCard(order) });
    const detail = await get('/repairs/{order_id}', { path: { order_id: order.id } });
    this.setData({ phone: detail.technician?.phone ?? '' });
  },

  async readNotices() {
    const { items } = await get('/announcements', { query: { limit: 3 } });
    this.setData({ notices: items.map(noticeRow) });
  },

  /** Tips are no reason for the page to fail. */
  async readTips(room: Room | undefined) {
    const found = await tipsOf(room).catch(() => undefined);
    this.setData({ tips: (found?.items ?? []).map(tipCard) });
  },

  dropTips() {
    this.setData({ tips: [] });
  },

  async readConfig() {
    const config = await get('/config');
    this.setData({ supportPhone: config.support_phone });
  },

  async chooseRoom() {
    if (this.data.canChoose && (await chooseRoom(this.rooms))) await this.refresh();
  },

  openBills() {
    void wx.switchTab({ url: '/pages/bills/bills' });
  },

  async payAll() {
    const room = inView(this.rooms);
    const due = await get('/bills/due', room ? { query: { room_id: room.id } } : {});
    if (due.bill_ids.length > 0) go(`/pages/pay/pay?bills=${due.bill_ids.join(',')}`);
  },

  openRepair() {
    if (this.data.repair) go(`/pages/repair/repair?id=${this.data.repair.id}`);
  },

  callTechnician() {
    call(this.data.phone);
  },

  callOffice() {
    call(this.data.supportPhone);
  },

  report() {
    go('/pages/report/report');
  },

  openRepairs() {
    void wx.switchTab({ url: '/pages/repairs/repairs' });
  },

  openPayments() {
    go('/pages/payments/payments');
  },

  openInbox() {
    go('/pages/inbox/inbox');
  },

  openNotices() {
    go('/pages/notices/notices');
  },

  openNotice(event: WechatMiniprogram.TouchEvent<object, object, { id: number }>) {
    go(`/pages/notice/notice?id=${event.currentTarget.dataset.id}`);
  },
});

function greeting(name = read('me')?.name ?? ''): string {
  const { hour } = moment(now());
  const { home } = text();
  const hello = hour < 12 ? home.morning : hour < 18 ? home.afternoon : home.evening;
  if (!name) return hello;
  return locale() === 'en' ? `${hello}, ${name}` : `${hello}，${name}`;
}

function dueCard(due: Schemas['DueOut']): Due {
  const { home } = text();
  const until = due.next_due_on ? `${say(home.before, { date: day(due.next_due_on) })} · ${dueIn(due.next_due_on)}` : '';
  return {
    fen: due.total_fen,
    count: due.count,
    when: until,
    overdue: due.overdue_fen > 0 ? say(home.overdue, { amount: yuan(due.overdue_fen) }) : '',
    parts: due.items.slice(0, 4).map((one) => ({ name: one.item, amount: yuan(one.amount_fen) })),
  };
}

function repairCard(order: Schemas['OrderOut']): Repair {
  const { home } = text();
  const time = clockOrDay(order.due_at);
  return {
    id: order.id,
    title: order.category,
    number: order.number,
    place: order.place,
    icon: order.icon,
    stage: order.stage,
    badge: repairBadge(order),
    says: doing(order) || home.waiting,
    note: say(order.stage >= 2 ? home.promised : home.answered, { time }),
    initial: order.technician.slice(0, 1),
    callWords: say(home.callWho, { name: order.technician }),
  };
}

function clockOrDay(at: string): string {
  const then = moment(Date.parse(at));
  const today = moment(now());
  return then.day === today.day && then.month === today.month ? clockTime(at) : when(at);
}

function noticeRow(row: Schemas['AnnouncementOut']): Notice {
  const at = row.happens_at && row.ends_at ? span(row.happens_at, row.ends_at) : when(row.happens_at ?? row.published_at);
  return { id: row.id, tag: text().notices.tags[row.tag] ?? row.tag, isWarning: row.tag === 'water' || row.tag === 'power', title: row.title, when: at };
}
