/** One quarter of the common ground's income and spending, item by item. */
import { get, type Schemas } from '../../core/api';
import { quarter, when, yuan } from '../../core/format';
import { base, dress, load } from '../../core/page';
import { say, text } from '../../core/text';

interface Item {
  n: number;
  name: string;
  note: string;
  amount: string;
}
interface View {
  title: string;
  isReplaced: boolean;
  published: string;
  sides: { name: string; total: string; items: Item[] }[];
  before: string;
  left: string;
  note: string;
}

const data = { ...base('income'), view: null as View | null, photos: [] as { kind: string; url: string; thumbnail_url: string }[] };
export type Data = typeof data;

Page({
  data,
  id: 0,

  onLoad(query: { id?: string }) {
    this.id = Number(query.id);
  },

  onShow() {
    if (dress(this, 'income')) void this.refresh();
  },

  async refresh() {
    await load(this, async () => {
      const found = await get('/disclosures/{disclosure_id}', { path: { disclosure_id: this.id } });
      this.setData({ view: viewOf(found), photos: found.photos.map((one) => ({ ...one, kind: 'photo' })) });
    });
  },
});

function viewOf(found: Schemas['DisclosureReportOut']): View {
  const { income: words } = text();
  const of = (side: Schemas['DisclosureItemOut']['side']): Item[] =>
    found.items.filter((one) => one.side === side).map((one, n) => ({ n, name: one.name, note: one.note, amount: yuan(one.amount_fen) }));
  return {
    title: `${found.estate} · ${quarter(found.quarter_on)}`,
    isReplaced: found.is_replaced,
    published: say(words.published, { time: when(found.published_at) }),
    sides: [
      { name: words.in, total: yuan(found.income_fen), items: of('income') },
      { name: words.out, total: yuan(found.spending_fen), items: of('spending') },
    ],
    before: yuan(found.before_fen),
    left: yuan(found.before_fen + found.income_fen - found.spending_fen),
    note: found.note,
  };
}
