/** One bill explained: its lines sum to its amount; tiers, readings and the months before. */
import { get, post, type Schemas } from '../../core/api';
import { feedbackCard, toldOf } from '../../core/feedback';
import { day, month, quantity, yuan } from '../../core/format';
import { base, busy, dress, go, lineOf, load, toast } from '../../core/page';
import { billBadge } from '../../core/states';
import { say, text } from '../../core/text';

interface Correction {
  n: number;
  title: string;
  said: string;
  figures: string[];
  reason: string;
  number: string;
  id: number;
}

interface View {
  title: string;
  owedFen: number;
  badge: ReturnType<typeof billBadge>;
  facts: { name: string; value: string }[];
  lines: { n: number; label: string; formula: string; note: string; amount: string }[];
  total: string;
  paid: string;
  change: string;
  steps: string[];
  readings: { name: string; from: string; to: string; usage: string; isEstimated: boolean }[];
  past: { month: string; usage: string; amount: string; share: number }[];
  voided: string;
  corrections: Correction[];
  replacedBy: number | null;
  canPay: boolean;
  isInReview: boolean;
}

const data = { ...base('bill'), view: null as View | null, told: [] as ReturnType<typeof feedbackCard>[], isBusy: false };
export type Data = typeof data;

Page({
  data,
  id: 0,

  onLoad(query: { id?: string }) {
    this.id = Number(query.id);
  },

  onShow() {
    if (dress(this, 'bill')) void this.refresh();
  },

  onPullDownRefresh() {
    void this.refresh();
  },

  onLive() {
    void this.refresh();
  },

  async refresh() {
    await load(this, async () => {
      const asked = get('/bills/{bill_id}', { path: { bill_id: this.id } });
      const [detail, told] = await Promise.all([asked, toldOf({ bill_id: this.id })]);
      this.setData({ view: viewOf(detail), told });
    });
  },

  openOther(event: WechatMiniprogram.TouchEvent<object, object, { id: number }>) {
    go(`/pages/bill/bill?id=${event.currentTarget.dataset.id}`);
  },

  pay() {
    go(`/pages/pay/pay?bills=${this.id}`);
  },

  /** Doubt this bill: reminders and late fees rest until the estate has answered. */
  async doubt() {
    const { bill: words } = text();
    const reason = await lineOf(words.doubt, words.doubtHint);
    if (!reason) return;
    await busy(this, async () => {
      this.setData({ view: viewOf(await post('/bills/{bill_id}/dispute', { path: { bill_id: this.id }, body: { reason } })) });
      toast(words.doubted);
    });
  },

  tell() {
    go(`/pages/tell/tell?bill=${this.id}`);
  },

  openReplacement() {
    const id = this.data.view?.replacedBy;
    if (id) void wx.redirectTo({ url: `/pages/bill/bill?id=${id}` });
  },
});

function viewOf(detail: Schemas['BillDetailOut']): View {
  const { bill } = detail;
  const words = text().bill;
  const largest = Math.max(1, ...detail.past.map((one) => one.amount_fen));
  const unit = detail.lines.find((line) => line.unit)?.unit ?? '';
  return {
    title: `${month(bill.period)} · ${bill.item}`,
    owedFen: bill.owed_fen > 0 ? bill.owed_fen : bill.amount_fen,
    badge: billBadge(bill),
    facts: [
      { name: words.place, value: bill.place },
      { name: words.number, value: bill.number },
      { name: words.due, value: day(bill.due_on) },
    ],
    lines: detail.lines.map((line, n) => ({ n, label: line.label, formula: line.formula, note: line.note, amount: yuan(line.amount_fen) })),
    total: yuan(bill.amount_fen),
    paid: bill.paid_fen > 0 ? yuan(bill.paid_fen) : '',
    change: changeOf(detail.change_fen),
    steps: detail.steps,
    readings: detail.readings.map((one) => ({
      name: say(words.meter, { code: one.meter_code }),
      from: `${day(one.from_on)} ${quantity(one.from_milli)}`,
      to: `${day(one.to_on)} ${quantity(one.to_milli)}`,
      usage: say(words.usage, { usage: quantity(one.usage_milli) }),
      isEstimated: one.is_estimated,
    })),
    past: detail.past.slice(0, 6).map((one) => ({
      month: month(one.period),
      usage: one.usage_milli === null ? '' : `${quantity(one.usage_milli)} ${unit}`,
      amount: yuan(one.amount_fen),
      share: Math.round((Math.max(0, one.amount_fen) / largest) * 100),
    })),
    voided: bill.status === 'void' ? say(words.voided, { reason: detail.void_reason || text().common.none }) : '',
    corrections: correctionsOf(detail),
    replacedBy: detail.replaced_by_id,
    isInReview: bill.status === 'disputed',
    canPay: bill.owed_fen > 0 && (bill.status === 'unpaid' || bill.status === 'partly_paid'),
  };
}

function changeOf(fen: number | null): string {
  const words = text().bill;
  if (fen === null) return '';
  if (fen === 0) return words.same;
  return say(fen > 0 ? words.more : words.less, { amount: yuan(Math.abs(fen)) });
}

/** What was corrected of it since, and of which bill it is itself the correction. */
function correctionsOf(detail: Schemas['BillDetailOut']): Correction[] {
  const words = text().corrected;
  const since = detail.corrections.map((one, n) => ({
    n,
    title: say(words.on, { day: day(one.on) }),
    said: [
      say(words.reading, { meter: one.meter_code, day: day(one.read_on), reading: quantity(one.reading_milli) }),
      one.usage_milli === 0 ? words.sameUse : say(one.usage_milli > 0 ? words.moreUse : words.lessUse, { usage: quantity(Math.abs(one.usage_milli)) }),
      one.amount_fen === 0 ? words.noMoney : say(one.amount_fen > 0 ? words.charged : words.credited, { amount: yuan(Math.abs(one.amount_fen)) }),
    ].join(words.space),
    figures: one.lines.map((line) => say(words.figure, { label: line.label, usage: quantity(line.quantity_milli), price: String(line.price_e4 / 10_000), amount: yuan(line.amount_fen) })),
    reason: one.reason ? say(words.reason, { reason: one.reason }) : '',
    number: one.number,
    id: one.bill_id ?? 0,
  }));
  const of = detail.corrects;
  if (!of) return since;
  const own = { n: -1, title: say(words.of, { month: month(of.period) }), said: words.difference, figures: [], reason: '', number: of.number, id: of.bill_id };
  return [own, ...since];
}
