/** One payment as the server knows it: pending is said to be pending, and nobody is led to pay twice. */
import { get, post, type Schemas } from '../../core/api';
import { openPdf } from '../../core/document';
import { clockTime, month, when, yuan } from '../../core/format';
import { base, busy, dress, go, load, sure } from '../../core/page';
import { say, text } from '../../core/text';
import { payInWechat } from '../../core/wechat-pay';

const ASK_EVERY_MS = 3000;
/** After that the server's own look-ups and the notice do the rest. */
const ASK_FOR_S = 120;

interface View {
  status: string;
  disc: string;
  icon: string;
  isTurning: boolean;
  heading: string;
  body: string;
  warning: string;
  facts: { name: string; value: string }[];
  bills: { id: number; name: string; amount: string }[];
  hasReceipt: boolean;
  canPay: boolean;
}

const data = { ...base('payment'), view: null as View | null, isBusy: false };
export type Data = typeof data;

Page({
  data,
  id: 0,
  said: '',
  waited: 0,
  timer: 0,
  detail: undefined as Schemas['PaymentDetailOut'] | undefined,

  onLoad(query: { id?: string; said?: string }) {
    this.id = Number(query.id);
    this.said = query.said ?? '';
  },

  onShow() {
    if (!dress(this, 'payment')) return;
    void this.refresh();
    this.timer = setInterval(() => void this.tick(), ASK_EVERY_MS) as unknown as number;
  },

  onHide() {
    clearInterval(this.timer);
  },

  onUnload() {
    clearInterval(this.timer);
  },

  onPullDownRefresh() {
    void this.refresh();
  },

  onLive() {
    void this.refresh();
  },

  async refresh() {
    await load(this, async () => this.show(await get('/payments/{payment_id}', { path: { payment_id: this.id } })));
  },

  /** While it is pending, ask the server to ask WeChat. */
  async tick() {
    if (this.detail?.payment.status !== 'pending' || this.said === 'left' || this.waited >= ASK_FOR_S) return;
    this.waited += ASK_EVERY_MS / 1000;
    await this.ask().catch(() => undefined);
  },

  async ask() {
    this.show(await post('/payments/{payment_id}/check', { path: { payment_id: this.id } }));
  },

  show(detail: Schemas['PaymentDetailOut']) {
    this.detail = detail;
    this.setData({ view: viewOf(detail, this.waited, this.said) });
  },

  async check() {
    this.said = 'done';
    await busy(this, () => this.ask());
  },

  async payAgain() {
    const { detail } = this;
    if (!detail?.jsapi) return this.check();
    await busy(this, async () => {
      this.said = await payInWechat(detail);
      await this.ask();
    });
  },

  async giveUp() {
    if (!(await sure(text().payment.giveUpAsk, 'giveUp'))) return;
    await busy(this, async () => this.show(await post('/payments/{payment_id}/cancel', { path: { payment_id: this.id } })));
  },

  async openReceipt() {
    await busy(this, () => openPdf(`/payments/${this.id}/receipt`));
  },

  openInvoice() {
    go(`/pages/invoice/invoice?payment=${this.id}`);
  },

  toBills() {
    void wx.switchTab({ url: '/pages/bills/bills' });
  },
});

function viewOf(detail: Schemas['PaymentDetailOut'], waited: number, said: string): View {
  const { payment } = detail;
  const words = text().payment;
  const facts = [
    { name: words.amount, value: `¥${yuan(payment.amount_fen)}` },
    { name: words.place, value: payment.place },
    { name: words.way, value: words.channels[payment.channel] ?? payment.channel },
    { name: words.number, value: payment.number },
  ];
  if (payment.paid_at) facts.push({ name: words.at, value: when(payment.paid_at) });
  if (payment.refunded_fen > 0) facts.push({ name: words.refunded, value: `¥${yuan(payment.refunded_fen)}` });
  return {
    ...face(detail, waited, said),
    status: payment.status,
    facts,
    bills: detail.bills.map(({ bill, amount_fen: fen }) => ({ id: bill.id, name: `${month(bill.period)} ${bill.item}`, amount: yuan(fen) })),
    hasReceipt: payment.receipt_number !== '',
    canPay: payment.status === 'pending' && detail.jsapi !== null,
  };
}

type Face = Pick<View, 'disc' | 'icon' | 'isTurning' | 'heading' | 'body' | 'warning'>;

function face(detail: Schemas['PaymentDetailOut'], waited: number, said: string): Face {
  const words = text().payment;
  const { status, paid_at: at } = detail.payment;
  const still = { isTurning: false, warning: detail.is_held ? words.held : '' };
  if (status === 'paid') return { ...still, disc: 'green', icon: 'check', heading: words.paidHeading, body: at ? say(words.paidBody, { time: when(at) }) : '' };
  if (status === 'failed') return { ...still, disc: 'red', icon: 'x', heading: words.failedHeading, body: detail.fail_reason || words.failedBody };
  if (status === 'closed') return { ...still, disc: 'gray', icon: 'ban', heading: words.closedHeading, body: words.closedBody };
  if (said === 'left') return { ...still, disc: 'gray', icon: 'timer', heading: words.unpaidHeading, body: say(words.unpaidBody, { time: clockTime(detail.expires_at) }) };
  return { disc: 'indigo', icon: 'loader-circle', isTurning: true, heading: words.pendingHeading, body: say(words.pendingBody, { seconds: waited }), warning: words.pendingWarn };
}
