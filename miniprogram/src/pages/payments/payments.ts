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

const data = { ...base('payments'), rows: [] as ReturnType<typeof row>[], next: null as string | null };
export type Data = typeof data;

Page({
  data,

  onShow() {
    if (dress(this, 'payments')) void this.refresh();
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
    await firstPart(this, (query) => get('/payments', { query }), row);
  },

  async more() {
    await nextPart(this, (query) => get('/payments', { query }), row);
  },

  open(event: WechatMiniprogram.TouchEvent<object, object, { id: number }>) {
    go(`/pages/payment/payment?id=${event.currentTarget.dataset.id}`);
  },
});
