/** The cashier: what is paid, late fees included, and the one tap that opens WeChat Pay or takes it from the balance. */
import { get, newKey, post, type Schemas } from '../../core/api';
import { fenOf, month, yuan } from '../../core/format';
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
  isPart: false,
  part: '',
  wrong: '',
  way: 'wechat' as Way,
  balance: '',
  balanceFen: 0,
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
    this.setData({
      fen: quote.total_fen,
      place: [...new Set(open.map((bill) => bill.place))].join('、'),
      rows: open.map((bill) => ({ id: bill.id, name: `${month(bill.period)} ${bill.item}`, amount: yuan(bill.owed_fen) })),
      lateFee: quote.accrued_fen > 0 ? yuan(quote.accrued_fen) : '',
      balanceFen: quote.balance_fen,
      underWay: quote.paying_ids[0] ?? 0,
      complaint: quote.paying_ids.length > 0 ? words.under : quote.total_fen === 0 ? words.nothing : hasChanged ? words.changed : '',
    });
    this.paint();
  },

  paint() {
    const { pay: words } = text();
    const { fen, balanceFen } = this.data;
    const asked = this.asked() ?? 0;
    const coversAll = fen > 0 && balanceFen >= (asked || fen);
    const way = coversAll ? this.data.way : 'wechat';
    this.setData({
      way,
      coversAll,
      balance: say(coversAll ? words.balanceHint : words.balanceShort, { amount: yuan(balanceFen) }),
      button: say(way === 'balance' ? words.payBalance : words.pay, { amount: yuan(asked) }),
    });
  },

  /** What will be paid: all of it, or the part that was typed; undefined when that is no amount or too much. */
  asked(): number | undefined {
    const { fen, isPart, part } = this.data;
    if (!isPart) return fen;
    const typed = fenOf(part);
    return typed !== undefined && typed >= 1 && typed <= fen ? typed : undefined;
  },

  /** Another amount is another intent. */
  choosePart(event: WechatMiniprogram.SwitchChange) {
    this.key = newKey();
    this.setData({ isPart: event.detail.value, part: '', wrong: '' });
    this.paint();
  },

  onPart(event: WechatMiniprogram.Input) {
    this.key = newKey();
    this.setData({ part: event.detail.value, wrong: '' });
    this.paint();
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
    if (this.asked() === undefined) return this.setData({ wrong: say(text().pay.wrongPart, { most: yuan(fen) }) });
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

  body(): Schemas['PaymentStart'] {
    const amount = this.data.isPart ? this.asked() : undefined;
    return { bill_ids: this.ids, ...(amount === undefined ? {} : { amount_fen: amount }) };
  },

  /** Whatever WeChat says, only the server knows: the next page asks it. */
  async inWechat() {
    const made = await post('/payments', { body: this.body(), key: this.key });
    const said = await payInWechat(made);
    if (said === 'unsure') toast(text().payment.pendingHeading);
    void wx.redirectTo({ url: paymentPage(made, said) });
  },

  async fromBalance() {
    const made = await post('/payments/from-balance', { body: this.body(), key: this.key });
    void wx.redirectTo({ url: paymentPage(made, '') });
  },
});
