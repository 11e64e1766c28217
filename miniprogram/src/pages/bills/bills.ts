/** Bills: what is to be paid, chosen in any mix and paid at once; and what was paid. */
import { get, type Schemas } from '../../core/api';
import { day, month, yuan } from '../../core/format';
import { base, dress, go, load, toast } from '../../core/page';
import { billBadge } from '../../core/states';
import { say, text } from '../../core/text';

type State = 'open' | 'paid' | 'all';
const STATES: State[] = ['open', 'paid', 'all'];

function row(bill: Schemas['BillOut']) {
  const isOpen = bill.owed_fen > 0 && (bill.status === 'unpaid' || bill.status === 'partly_paid');
  return {
    id: bill.id,
    title: `${month(bill.period)} ${bill.item}`,
    place: bill.place,
    due: say(text().bills.due, { date: day(bill.due_on) }),
    amount: yuan(isOpen ? bill.owed_fen : bill.amount_fen),
    fen: bill.owed_fen,
    isOpen,
    badge: billBadge(bill),
    label: say(text().bills.choose, { name: `${month(bill.period)} ${bill.item}` }),
  };
}

const data = {
  ...base('bills'),
  states: STATES,
  state: 'open' as State,
  names: names(),
  bills: [] as ReturnType<typeof row>[],
  chosen: {} as Record<number, boolean>,
  count: 0,
  total: '0.00',
  countWords: '',
  isAll: false,
  next: null as string | null,
};
export type Data = typeof data;
type Tap<D extends object> = WechatMiniprogram.TouchEvent<object, object, D>;

Page({
  data,

  onShow() {
    if (!dress(this, 'bills')) return;
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
      const { items, next_cursor: next } = await this.read();
      const bills = items.map(row);
      const chosen = Object.fromEntries(bills.filter((bill) => bill.isOpen && this.data.chosen[bill.id]).map((bill) => [bill.id, true]));
      this.setData({ bills, next, chosen });
      this.sum();
    });
  },

  async more() {
    const { next, bills } = this.data;
    if (!next) return;
    await load(this, async () => {
      const page = await this.read(next);
      this.setData({ bills: [...bills, ...page.items.map(row)], next: page.next_cursor });
      this.sum();
    });
  },

  read(cursor?: string) {
    const { state } = this.data;
    return get('/bills', { query: { ...(state === 'all' ? {} : { state }), ...(cursor ? { cursor } : {}) } });
  },

  choose(event: Tap<{ state: State }>) {
    this.setData({ state: event.currentTarget.dataset.state, stage: 'loading', bills: [], next: null });
    void this.refresh();
  },

  toggle(event: Tap<{ id: number }>) {
    const { id } = event.currentTarget.dataset;
    this.setData({ chosen: { ...this.data.chosen, [id]: !this.data.chosen[id] } });
    this.sum();
  },

  toggleAll() {
    const { bills, isAll } = this.data;
    this.setData({ chosen: isAll ? {} : Object.fromEntries(bills.filter((bill) => bill.isOpen).map((bill) => [bill.id, true])) });
    this.sum();
  },

  sum() {
    const open = this.data.bills.filter((bill) => bill.isOpen);
    const picked = open.filter((bill) => this.data.chosen[bill.id]);
    const fen = picked.reduce((all, bill) => all + bill.fen, 0);
    this.setData({
      count: picked.length,
      total: yuan(fen),
      countWords: say(text().bills.chosen, { count: picked.length }),
      isAll: open.length > 0 && picked.length === open.length,
    });
  },

  open(event: Tap<{ id: number }>) {
    go(`/pages/bill/bill?id=${event.currentTarget.dataset.id}`);
  },

  pay() {
    const ids = this.data.bills.filter((bill) => bill.isOpen && this.data.chosen[bill.id]).map((bill) => bill.id);
    if (ids.length === 0) return toast(text().bills.chooseSome);
    go(`/pages/pay/pay?bills=${ids.join(',')}`);
  },

  openArrears() {
    go('/pages/arrears/arrears');
  },

  openBalance() {
    go('/pages/balance/balance');
  },

  openPayments() {
    go('/pages/payments/payments');
  },
});

function names(): Record<State, string> {
  const { bills } = text();
  return { open: bills.open, paid: bills.paid, all: bills.all };
}
