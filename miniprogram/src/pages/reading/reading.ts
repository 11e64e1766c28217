/** Send what an own meter shows today, with a photo of its dial. */
import { get, post, type Schemas } from '../../core/api';
import { day, milliOf, quantity } from '../../core/format';
import { base, dress, load, toast } from '../../core/page';
import { Refusal, sentence } from '../../core/problem';
import { Shots } from '../../core/shots';
import { say, text } from '../../core/text';
import type { File } from '../../core/upload';

const data = {
  ...base('reading'),
  title: '',
  room: '',
  last: '',
  unit: '',
  value: '',
  files: [] as File[],
  canAdd: true,
  wrong: { value: '', photo: '' },
  isBusy: false,
};
export type Data = typeof data;

Page({
  data,
  id: 0,
  meter: undefined as Schemas['OwnMeterOut'] | undefined,
  /** Made in `onLoad`: WeChat copies what stands here, and a copy has no methods. */
  shots: undefined as unknown as Shots,

  onLoad(query: { id?: string }) {
    this.id = Number(query.id);
    this.shots = new Shots((files) => this.setData({ files, canAdd: files.length === 0, 'wrong.photo': '' }));
  },

  onShow() {
    if (dress(this, 'reading') && this.data.stage !== 'ready') void this.refresh();
  },

  async refresh() {
    await load(this, async () => {
      const [config, meters] = await Promise.all([get('/config'), get('/meters')]);
      this.shots.limits = { ...config, max_photos: 1, max_videos: 0 };
      this.meter = meters.items.find((one) => one.id === this.id);
      if (!this.meter) throw new Refusal(404, text().reading.gone);
      this.show(this.meter);
    });
  },

  show(meter: Schemas['OwnMeterOut']) {
    const { meters: words } = text();
    const unit = words.units[meter.kind] ?? '';
    const last = meter.value_milli !== null && meter.read_on ? say(words.last, { value: quantity(meter.value_milli), unit, day: day(meter.read_on) }) : words.noneYet;
    this.setData({ title: `${words.kinds[meter.kind] ?? meter.kind} ${meter.code}`, room: meter.room, last, unit });
  },

  onInput(event: WechatMiniprogram.Input) {
    this.setData({ value: event.detail.value, 'wrong.value': '' });
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

  /** What the phone can see by itself; empty when all is well. A dial that has begun anew is for the server to judge. */
  wrongOf(milli: number | undefined): { value: string; photo: string } {
    const { reading: words } = text();
    const photo = this.shots.files.length === 0 ? words.noPhoto : '';
    if (milli === undefined) return { value: words.wrong, photo };
    const digits = this.meter?.digits ?? 0;
    if (milli >= 10 ** digits * 1000) return { value: say(words.tooMany, { digits }), photo };
    return { value: '', photo };
  },

  async submit() {
    if (this.data.isBusy) return;
    const milli = milliOf(this.data.value);
    const wrong = this.wrongOf(milli);
    this.setData({ wrong });
    if (milli === undefined || wrong.value || wrong.photo) return;
    this.setData({ isBusy: true });
    try {
      const [photo = ''] = await this.shots.ids();
      await post('/meters/{meter_id}/readings', { path: { meter_id: this.id }, body: { value_milli: milli, photo_id: photo } });
      toast(text().reading.done);
      void wx.navigateBack();
    } catch (error) {
      this.refuse(error);
    } finally {
      this.setData({ isBusy: false });
    }
  },

  refuse(error: unknown) {
    const field = error instanceof Refusal ? error.field : '';
    if (field.startsWith('value')) this.setData({ 'wrong.value': sentence(error) });
    else if (field.startsWith('photo')) this.setData({ 'wrong.photo': sentence(error) });
    else toast(sentence(error));
  },
});
