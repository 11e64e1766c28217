/** What is overdue in the room in view: late fees and how they come about, a promise, instalments, formal notices. */
import { get, post, type Schemas } from '../../core/api';
import { dayAhead } from '../../core/clock';
import { openPdf } from '../../core/document';
import { day, fenOf, yuan } from '../../core/format';
import { base, busy, call, dress, go, load, toast } from '../../core/page';
import { Refusal, sentence } from '../../core/problem';
import { chooseRoom, inView, ownRooms, roomName, type Room } from '../../core/rooms';
import type { Badge } from '../../core/states';
import { say, text } from '../../core/text';

/** As the server allows it. */
const MOST_DAYS = 60;
const LOOKS: Record<string, [Badge['tone'], string, boolean]> = {
  running: ['indigo', 'clock', false],
  kept: ['green', 'check', false],
  broken: ['red', 'x', false],
  cancelled: ['gray', 'ban', true],
};

interface Agreed {
  key: string;
  title: string;
  paid: string;
  parts: { n: number; name: string; amount: string; late: string }[];
  badge: Badge;
}

function lateRow(fee: Schemas['LateFeeOut']) {
  const { arrears: words } = text();
  return {
    id: fee.bill_id,
    number: fee.bill_number,
    days: say(words.days, { days: fee.days_late }),
    fee: say(words.fee, { amount: yuan(fee.amount_fen) }),
    charged: fee.charged_fen > 0 ? say(words.charged, { amount: yuan(fee.charged_fen) }) : '',
    formula: fee.formula,
  };
}

function badge(status: string): Badge {
  const [tone, icon, isOver] = LOOKS[status] ?? (['gray', 'circle', true] as const);
  return { words: text().arrears.states[status] ?? status, tone, icon, isOver };
}

function agreed(found: Schemas['ArrearsOut']): Agreed[] {
  const { arrears: words } = text();
  const paid = (fen: number, total: number): string => say(words.paid, { paid: yuan(fen), total: yuan(total) });
  const plans = found.plans.map((plan) => ({
    key: `plan-${plan.id}`,
    title: say(words.plan, { amount: yuan(plan.total_fen), count: plan.parts.length }),
    paid: paid(plan.paid_fen, plan.total_fen),
    parts: plan.parts.map((part) => ({
      n: part.position,
      name: say(words.part, { n: part.position, day: day(part.due_on) }),
      amount: yuan(part.amount_fen),
      late: part.is_late ? words.late : '',
    })),
    badge: badge(plan.status),
  }));
  const promises = found.promises.map((one) => ({
    key: `promise-${one.id}`,
    title: say(words.promised, { day: day(one.due_on), amount: yuan(one.amount_fen) }),
    paid: paid(one.paid_fen, one.amount_fen),
    parts: [],
    badge: badge(one.status),
  }));
  return [...plans, ...promises];
}

const data = {
  ...base('arrears'),
  room: '',
  canChoose: false,
  hasRooms: true,
  overdueFen: 0,
  late: [] as ReturnType<typeof lateRow>[],
  agreed: [] as Agreed[],
  letters: [] as { id: number; title: string }[],
  mayPromise: false,
  amount: '',
  due: '',
  dueWords: '',
  first: '',
  last: '',
  wrong: { amount: '', due: '' },
  isBusy: false,
};
export type Data = typeof data;

Page({
  data,
  rooms: [] as Room[],
  phone: '',

  onShow() {
    if (dress(this, 'arrears')) void this.refresh();
  },

  onPullDownRefresh() {
    void this.refresh();
  },

  onLive() {
    void this.refresh();
  },

  async refresh() {
    await load(this, async () => {
      this.rooms = await ownRooms();
      const room = inView(this.rooms);
      this.setData({ hasRooms: room !== undefined, canChoose: this.rooms.length > 1, room: room ? roomName(room) : '' });
      if (!room) return;
      const [found, due, config] = await Promise.all([
        get('/rooms/{room_id}/arrears', { path: { room_id: room.id } }),
        get('/bills/due', { query: { room_id: room.id } }),
        get('/config'),
      ]);
      this.phone = config.support_phone;
      this.setData({ overdueFen: due.overdue_fen, first: dayAhead(0), last: dayAhead(MOST_DAYS) });
      this.show(found);
    });
  },

  show(found: Schemas['ArrearsOut']) {
    const isRunning = [...found.promises, ...found.plans].some((one) => one.status === 'running');
    const mayPromise = this.data.overdueFen > 0 && !isRunning;
    this.setData({
      late: found.late_fees.map(lateRow),
      agreed: agreed(found),
      letters: found.letters.map((one) => ({ id: one.id, title: say(text().arrears.letter, { number: one.number, day: day(one.written_on) }) })),
      mayPromise,
      amount: this.data.amount || yuan(this.data.overdueFen).replace(/,/g, ''),
    });
  },

  async chooseRoom() {
    if (!this.data.canChoose || !(await chooseRoom(this.rooms))) return;
    this.setData({ amount: '', due: '', dueWords: '' });
    await this.refresh();
  },

  openBill(event: WechatMiniprogram.TouchEvent<object, object, { id: number }>) {
    go(`/pages/bill/bill?id=${event.currentTarget.dataset.id}`);
  },

  async openLetter(event: WechatMiniprogram.TouchEvent<object, object, { id: number }>) {
    const { id } = event.currentTarget.dataset;
    await busy(this, () => openPdf(`/letters/${id}`));
  },

  onAmount(event: WechatMiniprogram.Input) {
    this.setData({ amount: event.detail.value, 'wrong.amount': '' });
  },

  onDay(event: WechatMiniprogram.PickerChange) {
    const due = String(event.detail.value);
    this.setData({ due, dueWords: day(due), 'wrong.due': '' });
  },

  async promise() {
    const room = inView(this.rooms);
    const { amount, due, overdueFen, first, last, isBusy } = this.data;
    if (!room || isBusy) return;
    const { arrears: words } = text();
    const fen = fenOf(amount) ?? 0;
    const isGoodDay = due !== '' && due >= first && due <= last;
    const wrong = {
      amount: fen < 1 || fen > overdueFen ? say(words.wrongAmount, { most: yuan(overdueFen) }) : '',
      due: isGoodDay ? '' : due ? say(words.wrongDay, { days: MOST_DAYS }) : words.chooseDay,
    };
    this.setData({ wrong });
    if (wrong.amount || wrong.due) return;
    this.setData({ isBusy: true });
    try {
      this.show(await post('/rooms/{room_id}/promises', { path: { room_id: room.id }, body: { amount_fen: fen, due_on: due } }));
      toast(words.done);
    } catch (error) {
      this.refuse(error);
    } finally {
      this.setData({ isBusy: false });
    }
  },

  refuse(error: unknown) {
    const field = error instanceof Refusal ? error.field : '';
    if (field.startsWith('amount')) this.setData({ 'wrong.amount': sentence(error) });
    else if (field === 'due_on') this.setData({ 'wrong.due': sentence(error) });
    else toast(sentence(error));
  },

  async pay() {
    const room = inView(this.rooms);
    if (!room) return;
    await busy(this, async () => {
      const { bill_ids: ids } = await get('/bills/due', { query: { room_id: room.id } });
      if (ids.length > 0) go(`/pages/pay/pay?bills=${ids.join(',')}`);
    });
  },

  callOffice() {
    call(this.phone);
  },
});
