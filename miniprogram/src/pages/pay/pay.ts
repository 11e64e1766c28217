/** The cashier: what is paid, and the one tap that opens WeChat Pay. */
import { get, newKey, post, type Schemas } from '../../core/api';
import { month, yuan } from '../../core/format';
import { base, dress, load, toast } from '../../core/page';
import { Refusal, sentence } from '../../core/problem';
import { askForMessages, type Template } from '../../core/subscribe';
import { say, text } from '../../core/text';

const data = {
  ...base('pay'),
  fen: 0,
  place: '',
  rows: [] as { id: number; name: string; amount: string }[],
  button: '',
  isBusy: false,
  isClosed: false,
  complaint: '',
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
      const details = await Promise.all(this.ids.map((id) => get('/bills/{bill_id}', { path: { bill_id: id } })));
      this.show(details.map((detail) => detail.bill).filter((bill) => bill.owed_fen > 0));
      this.templates = (await get('/config')).subscribe_templates;
      const channels = await get('/payment-channels');
      if (!channels.some((one) => one.is_here)) this.setData({ isClosed: true, complaint: text().pay.closed });
      else this.setData({ isClosed: false });
    });
  },

  show(bills: Schemas['BillOut'][]) {
    const fen = bills.reduce((all, bill) => all + bill.owed_fen, 0);
    const isNew = this.data.stage === 'ready' && fen !== this.data.fen;
    this.ids = bills.map((bill) => bill.id);
    this.setData({
      fen,
      place: [...new Set(bills.map((bill) => bill.place))].join('、'),
      rows: bills.map((bill) => ({ id: bill.id, name: `${month(bill.period)} ${bill.item}`, amount: yuan(bill.owed_fen) })),
      button: say(text().pay.pay, { amount: yuan(fen) }),
      complaint: bills.length === 0 ? text().pay.nothing : isNew ? text().pay.changed : '',
    });
  },

  async pay() {
    if (this.data.isBusy || this.data.isClosed || this.ids.length === 0) return;
    this.setData({ isBusy: true, complaint: '' });
    await askForMessages(this.templates, 'money');
    try {
      const made = await post('/payments', { body: { bill_ids: this.ids }, key: this.key });
      await openWechatPay(made);
    } catch (error) {
      // A lost answer keeps its key: the server gives back the payment that it made, if it made one.
      if (!(error instanceof Refusal && error.isPassing)) this.key = newKey();
      this.setData({ complaint: sentence(error), isBusy: false });
      await this.refresh();
      return;
    }
    this.setData({ isBusy: false });
  },
});

/** Whatever WeChat says, only the server knows: the next page asks it. */
async function openWechatPay(made: Schemas['PaymentDetailOut']): Promise<void> {
  const { id } = made.payment;
  if (!made.jsapi) return void wx.redirectTo({ url: `/pages/payment/payment?id=${id}` });
  const said = await wx.requestPayment({ ...made.jsapi, signType: made.jsapi.signType as 'RSA' }).then(
    () => 'done',
    (error: { errMsg?: string }) => (error.errMsg?.includes('cancel') ? 'left' : 'unsure'),
  );
  if (said === 'unsure') toast(text().payment.pendingHeading);
  void wx.redirectTo({ url: `/pages/payment/payment?id=${id}&said=${said}` });
}
