/** The cashier: what is paid, late fees included, and the one tap that opens WeChat Pay or takes it from the balance. */
import { get, newKey, post, type Schemas } from '../../core/api';
import { month, yuan } from '../../core/format';
import { base, dress, go, load, toast } from '../../core/page';
import { Refusal, sentence } from '../../core/problem';
import { askForMessages, type Template } from '../../core/subscribe';
import { say, text } from '../../core/text';
import { payInWechat, paymentPage } from '../../core/wechat-pay';

type Way = 'wechat' | 'balance';

const data = {
  ...base('pay'),
  fen: 0,
  place: '',
  rows: [] as { id: number; name: string; amount: string }[],
  lateFee: '',
  way: 'wechat' as Way,
  balance: '',
  hasBalance: false,
  coversAll: false,
  button: '',
  isBusy: false,
  isClosed: false,
  complaint: '',
  underWay: 0,
};
export type Data = typeof data;

Page({
  data,
  ids: [] as number[],
  /** One intent, one key: a second tap or a lost answer makes no second payment. */
  key: '',
  templates: [] as Template[],

  onLoad(query: { bills?: string }) {
    this.ids = (query.bills ?? '').split(',').map(Number).filter((id) => id > 0);
    this.key = newKey();
  },

  onShow() {
    if (dress(this, 'pay')) void this.refresh();
  },

  async refresh() {
    await load(this, async () => {
      const [quote, config, channels] = await Promise.all([post('/payments/quote', { body: { bill_ids: this.ids } }), get('/config'), get('/payment-channels')]);
      this.templates = config.subscribe_templates;
      this.setData({ isClosed: !channels.some((one) => one.is_here) });
      this.show(quote);
    });
  },

  show(quote: Schemas['PaymentQuoteOut']) {
    const { pay: words } = text();
    const open = quote.bills.filter((bill) => bill.owed_fen > 0 && (bill.status === 'unpaid' || bill.status === 'partly_paid'));
    const hasChanged = this.data.stage === 'ready' && this.data.fen > 0 && quote.total_fen !== this.data.fen;
    const balance = { amount: yuan(quote.balance_fen) };
    const coversAll = quote.total_fen > 0 && quote.balance_fen >= quote.total_fen;
    this.setData({
      fen: quote.total_fen,
      place: [...new Set(open.map((bill) => bill.place))].join('、'),
      rows: open.map((bill) => ({ id: bill.id, name: `${month(bill.period)} ${bill.item}`, amount: yuan(bill.owed_fen) })),
      lateFee: quote.accrued_fen > 0 ? yuan(quote.accrued_fen) : '',
      hasBalance: quote.balance_fen > 0,
      coversAll,
      balance: say(coversAll ? words.balanceHint : words.balanceShort, balance),
      way: coversAll ? this.data.way : 'wechat',
      underWay: quote.paying_ids[0] ?? 0,
      complaint: quote.paying_ids.length > 0 ? words.under : quote.total_fen === 0 ? words.nothing : hasChanged ? words.changed : '',
    });
    this.paint();
  },

  paint() {
    const { way, fen } = this.data;
    this.setData({ button: say(way === 'balance' ? text().pay.payBalance : text().pay.pay, { amount: yuan(fen) }) });
  },

  choose(event: WechatMiniprogram.TouchEvent<object, object, { way: Way }>) {
    const { way } = event.currentTarget.dataset;
    if (way === 'balance' && !this.data.coversAll) return;
    this.setData({ way });
    this.paint();
  },

  look() {
    go(`/pages/payment/payment?id=${this.data.underWay}`);
  },

  async pay() {
    const { isBusy, isClosed, fen, way } = this.data;
    if (isBusy || fen === 0 || (isClosed && way === 'wechat')) return;
    this.setData({ isBusy: true, complaint: '' });
    await askForMessages(this.templates, 'money');
    try {
      await (way === 'balance' ? this.fromBalance() : this.inWechat());
    } catch (error) {
      // A lost answer keeps its key: the server gives back the payment that it made, if it made one.
      if (!(error instanceof Refusal && error.isPassing)) this.key = newKey();
      await this.refresh();
      this.setData({ complaint: sentence(error) });
    } finally {
      this.setData({ isBusy: false });
    }
  },

  /** Whatever WeChat says, only the server knows: the next page asks it. */
  async inWechat() {
    const made = await post('/payments', { body: { bill_ids: this.ids }, key: this.key });
    const said = await payInWechat(made);
    if (said === 'unsure') toast(text().payment.pendingHeading);
    void wx.redirectTo({ url: paymentPage(made, said) });
  },

  async fromBalance() {
    const made = await post('/payments/from-balance', { body: { bill_ids: this.ids }, key: this.key });
    void wx.redirectTo({ url: paymentPage(made, '') });
  },
});
