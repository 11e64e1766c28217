/** What was paid, the newest first. */
import { get, type Schemas } from '../../core/api';
import { when, yuan } from '../../core/format';
import { firstPart, nextPart } from '../../core/listing';
import { base, dress, go } from '../../core/page';
import { paymentBadge } from '../../core/states';
import { text } from '../../core/text';

function row(payment: Schemas['PaymentOut']) {
  return {
    id: payment.id,
    way: text().payment.channels[payment.channel] ?? payment.channel,
    place: payment.place,
    at: when(payment.paid_at ?? payment.created_at),
    amount: yuan(payment.amount_fen),
    badge: paymentBadge(payment),
  };
}

type State = 'all' | 'paid' | 'pending';
const STATES: State[] = ['all', 'paid', 'pending'];

function names(): Record<State, string> {
  return { all: text().common.all, paid: text().states.paid, pending: text().states.pending };
}

const data = { ...base('payments'), rows: [] as ReturnType<typeof row>[], next: null as string | null, states: STATES, state: 'all' as State, names: names() };
export type Data = typeof data;

Page({
  data,

  onShow() {
    if (!dress(this, 'payments')) return;
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
    await firstPart(this, (query) => this.read(query), row);
  },

  async more() {
    await nextPart(this, (query) => this.read(query), row);
  },

  read(query: { cursor?: string }) {
    const { state } = this.data;
    return get('/payments', { query: { ...query, ...(state === 'all' ? {} : { state }) } });
  },

  choose(event: WechatMiniprogram.TouchEvent<object, object, { state: State }>) {
    this.setData({ state: event.currentTarget.dataset.state, stage: 'loading', rows: [], next: null });
    void this.refresh();
  },

  open(event: WechatMiniprogram.TouchEvent<object, object, { id: number }>) {
    go(`/pages/payment/payment?id=${event.currentTarget.dataset.id}`);
  },
});
