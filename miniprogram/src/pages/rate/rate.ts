/** Rate a finished repair in three dimensions; few stars ask why. */
import { post, type Schemas } from '../../core/api';
import { base, dress, toast } from '../../core/page';
import { sentence } from '../../core/problem';
import { say, text } from '../../core/text';

type Dimension = 'quality' | 'attitude' | 'timeliness';
const DIMENSIONS: readonly Dimension[] = ['quality', 'attitude', 'timeliness'];
const FEW = 2;
type Stars = Record<Dimension, number>;

function rows(stars: Stars) {
  const { rate } = text();
  return DIMENSIONS.map((key) => ({
    key,
    name: rate[key],
    words: rate.words[stars[key]] ?? '',
    stars: [1, 2, 3, 4, 5].map((count) => ({ count, isOn: count <= stars[key], label: say(rate.star, { name: rate[key], count }) })),
  }));
}

function reasons(chosen: readonly string[]) {
  return Object.entries(text().rate.reasons).map(([key, words]) => ({ key, words, isOn: chosen.includes(key) }));
}

const NONE: Stars = { quality: 0, attitude: 0, timeliness: 0 };
const data = { ...base('rate'), rows: rows(NONE), isLow: false, reasons: reasons([]), words: '', problem: '', isBusy: false };
export type Data = typeof data;
type Tap<D extends object> = WechatMiniprogram.TouchEvent<object, object, D>;

Page({
  data,
  id: 0,
  stars: { ...NONE },
  chosen: [] as string[],

  onLoad(query: { id?: string }) {
    this.id = Number(query.id);
  },

  onShow() {
    if (dress(this, 'rate')) this.paint();
  },

  paint() {
    const isLow = DIMENSIONS.some((key) => this.stars[key] > 0 && this.stars[key] <= FEW);
    this.setData({ rows: rows(this.stars), isLow, reasons: reasons(this.chosen) });
  },

  choose(event: Tap<{ key: Dimension; count: number }>) {
    const { key, count } = event.currentTarget.dataset;
    this.stars[key] = count;
    this.setData({ problem: '' });
    this.paint();
  },

  toggle(event: Tap<{ key: string }>) {
    const { key } = event.currentTarget.dataset;
    this.chosen = this.chosen.includes(key) ? this.chosen.filter((one) => one !== key) : [...this.chosen, key];
    this.paint();
  },

  onInput(event: WechatMiniprogram.TextareaInput) {
    this.setData({ words: event.detail.value });
  },

  async submit() {
    if (DIMENSIONS.some((key) => this.stars[key] === 0)) return this.setData({ problem: text().rate.choose });
    if (this.data.isLow && this.chosen.length === 0) return this.setData({ problem: text().rate.chooseReason });
    if (this.data.isBusy) return;
    this.setData({ isBusy: true, problem: '' });
    const body: Schemas['Rate'] = { ...this.stars, reasons: this.data.isLow ? this.chosen : [], text: this.data.words };
    try {
      await post('/repairs/{order_id}/rating', { path: { order_id: this.id }, body });
      toast(text().rate.thanks);
      void wx.navigateBack();
    } catch (error) {
      this.setData({ problem: sentence(error) });
    } finally {
      this.setData({ isBusy: false });
    }
  },
});
