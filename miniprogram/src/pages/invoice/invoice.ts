/** The e-invoices of one payment: asked for, followed until issued, shown. */
import { get, post, type Schemas } from '../../core/api';
import { openPdf } from '../../core/document';
import { when, yuan } from '../../core/format';
import { base, busy, dress, load, toast } from '../../core/page';
import { Refusal, sentence } from '../../core/problem';
import type { Badge } from '../../core/states';
import { read } from '../../core/store';
import { askForMessages, type Template } from '../../core/subscribe';
import { say, text } from '../../core/text';

type Kind = 'person' | 'company';
type Field = 'name' | 'tax' | 'email';
const ASK_EVERY_MS = 5000;
/** An issuer that takes longer is heard of by notice. */
const ASK_FOR = 24;
const LOOKS: Record<string, [Badge['tone'], string, boolean]> = {
  requested: ['indigo', 'clock', false],
  sent: ['indigo', 'loader-circle', false],
  issued: ['green', 'check', false],
  failed: ['red', 'x', false],
  cancelled: ['gray', 'ban', true],
};

function row(one: Schemas['InvoiceOut']) {
  const { invoice: words } = text();
  const [tone, icon, isOver] = LOOKS[one.status] ?? (['gray', 'circle', true] as const);
  return {
    id: one.id,
    title: one.title,
    tax: one.tax_number,
    amount: `${one.is_red ? '−' : ''}¥${yuan(one.amount_fen)}`,
    red: one.is_red ? say(words.red, { number: one.reverses_number }) : '',
    number: one.invoice_number ? say(words.number, { number: one.invoice_number }) : '',
    problem: one.fail_reason,
    at: when(one.issued_at ?? one.created_at),
    hasFile: one.has_file,
    isGoing: one.status === 'requested' || one.status === 'sent',
    badge: { words: words.states[one.status] ?? one.status, tone, icon, isOver } satisfies Badge,
  };
}

const data = {
  ...base('invoice'),
  rows: [] as ReturnType<typeof row>[],
  openFen: 0,
  open: '',
  kind: 'person' as Kind,
  name: '',
  tax: '',
  email: '',
  wrong: { name: '', tax: '', email: '' },
  isBusy: false,
};
export type Data = typeof data;

Page({
  data,
  id: 0,
  timer: 0,
  asked: 0,
  templates: [] as Template[],

  onLoad(query: { payment?: string }) {
    this.id = Number(query.payment);
    this.setData({ name: read('me')?.name ?? '' });
  },

  onShow() {
    if (!dress(this, 'invoice')) return;
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
    await load(this, async () => {
      const [invoices, config] = await Promise.all([get('/payments/{payment_id}/invoices', { path: { payment_id: this.id } }), get('/config')]);
      this.templates = config.subscribe_templates;
      this.show(invoices);
    });
  },

  async tick() {
    if (this.asked >= ASK_FOR || !this.data.rows.some((one) => one.isGoing)) return;
    this.asked += 1;
    await this.refresh();
  },

  show(invoices: Schemas['InvoicesOut']) {
    this.setData({ rows: invoices.items.map(row), openFen: invoices.open_fen, open: say(text().invoice.open, { amount: yuan(invoices.open_fen) }) });
  },

  chooseKind(event: WechatMiniprogram.TouchEvent<object, object, { kind: Kind }>) {
    this.setData({ kind: event.currentTarget.dataset.kind, wrong: { name: '', tax: '', email: '' } });
  },

  onInput(event: WechatMiniprogram.Input & { currentTarget: { dataset: { field: Field } } }) {
    const { field } = event.currentTarget.dataset;
    const now = { name: this.data.name, tax: this.data.tax, email: this.data.email, [field]: event.detail.value };
    this.setData({ ...now, wrong: { ...this.data.wrong, [field]: '' } });
  },

  async ask() {
    const { kind, name, tax, email, isBusy } = this.data;
    if (isBusy) return;
    const { invoice: words } = text();
    const wrong = { name: name.trim().length < 2 ? words.nameHint : '', tax: kind === 'company' && tax.trim() === '' ? words.taxHint : '', email: '' };
    this.setData({ wrong });
    if (wrong.name || wrong.tax) return;
    this.setData({ isBusy: true });
    await askForMessages(this.templates, 'money');
    try {
      const body = { title_kind: kind, title: name.trim(), tax_number: kind === 'company' ? tax.trim() : '', email: email.trim() };
      this.show(await post('/payments/{payment_id}/invoices', { path: { payment_id: this.id }, body }));
      this.asked = 0;
      toast(words.asked);
    } catch (error) {
      this.refuse(error);
    } finally {
      this.setData({ isBusy: false });
    }
  },

  refuse(error: unknown) {
    const at: Record<string, Field> = { title: 'name', tax_number: 'tax', email: 'email' };
    const where = error instanceof Refusal ? at[error.field] : undefined;
    if (!where) return toast(sentence(error));
    this.setData({ wrong: { ...this.data.wrong, [where]: sentence(error) } });
  },

  async openFile(event: WechatMiniprogram.TouchEvent<object, object, { id: number }>) {
    const { id } = event.currentTarget.dataset;
    await busy(this, () => openPdf(`/invoices/${id}`));
  },
});
