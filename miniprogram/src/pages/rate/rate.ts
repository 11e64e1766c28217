/** Rate a finished repair in three dimensions; few stars ask why. */
import { get, post, type Schemas } from '../../core/api';
import { base, dress, toast } from '../../core/page';
import { sentence } from '../../core/problem';
import { Shots } from '../../core/shots';
import { say, text } from '../../core/text';
import type { File } from '../../core/upload';

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
const data = { ...base('rate'), rows: rows(NONE), isLow: false, reasons: reasons([]), words: '', files: [] as File[], canAdd: false, problem: '', isBusy: false };
export type Data = typeof data;
type Tap<D extends object> = WechatMiniprogram.TouchEvent<object, object, D>;

Page({
  data,
  id: 0,
  stars: { ...NONE },
  chosen: [] as string[],
  /** Made in `onLoad`: WeChat copies what stands here, and a copy has no methods. */
  shots: undefined as unknown as Shots,

  onLoad(query: { id?: string }) {
    this.id = Number(query.id);
    this.shots = new Shots((files) => this.setData({ files, canAdd: this.shots.room > 0 }));
    void this.readLimits();
  },

  onShow() {
    if (dress(this, 'rate')) this.paint();
  },

  /** Without the server's limits there are stars and words, and no photos. */
  async readLimits() {
    const config = await get('/config').catch(() => undefined);
    if (!config) return;
    this.shots.limits = { ...config, max_videos: 0 };
    this.setData({ canAdd: true });
  },

  async addPhoto() {
    await this.shots.choose();
  },

  retryPhoto(event: WechatMiniprogram.CustomEvent<{ path: string }>) {
    this.shots.retry(event.detail.path);
  },

  removePhoto(event: WechatMiniprogram.CustomEvent<{ path: string }>) {
    this.shots.remove(event.detail.path);
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
    try {
      const body: Schemas['Rate'] = { ...this.stars, reasons: this.data.isLow ? this.chosen : [], text: this.data.words, photo_ids: await this.shots.ids() };
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
