/** How I want to be told: quiet hours, and what comes by WeChat or SMS; the inbox keeps everything. */
import { get, patch, type Schemas } from '../../core/api';
import { base, busy, dress, load, toast } from '../../core/page';
import { say, text } from '../../core/text';

type Channel = 'wechat' | 'sms';

function row(one: Schemas['FamilyOut']) {
  const { alerts: words } = text();
  return { family: one.family, name: words.families[one.family] ?? one.family, hasWechat: one.wechat !== null, wechat: one.wechat ?? false, sms: one.sms };
}

const data = { ...base('alerts'), isQuiet: false, from: '22:00', to: '08:00', rows: [] as ReturnType<typeof row>[], always: '', isBusy: false };
export type Data = typeof data;

Page({
  data,

  onShow() {
    if (dress(this, 'alerts')) void this.refresh();
  },

  async refresh() {
    await load(this, async () => this.show(await get('/me/notification-preferences')));
  },

  show(found: Schemas['NotificationPreferencesOut']) {
    const { alerts: words } = text();
    const names = found.always.map((one) => words.families[one] ?? one).join('、');
    this.setData({
      isQuiet: found.quiet_hours.is_on,
      from: found.quiet_hours.starts_at,
      to: found.quiet_hours.ends_at,
      rows: found.families.map(row),
      always: names ? say(words.always, { names }) : '',
    });
  },

  /** The switches show what the server knows, also when it did not take the wish. */
  async save(body: Schemas['NotificationPreferencesSent']) {
    await busy(this, async () => {
      try {
        this.show(await patch('/me/notification-preferences', { body }));
        toast(text().common.saved);
      } catch (error) {
        await this.refresh();
        throw error;
      }
    });
  },

  async chooseQuiet(event: WechatMiniprogram.SwitchChange) {
    this.setData({ isQuiet: event.detail.value });
    await this.saveHours();
  },

  async chooseHour(event: WechatMiniprogram.PickerChange & { currentTarget: { dataset: { end: 'from' | 'to' } } }) {
    const { from, to } = this.data;
    this.setData({ from, to, [event.currentTarget.dataset.end]: String(event.detail.value) });
    await this.saveHours();
  },

  async saveHours() {
    const { isQuiet, from, to } = this.data;
    await this.save({ quiet_hours: { is_on: isQuiet, starts_at: from, ends_at: to } });
  },

  async choose(event: WechatMiniprogram.SwitchChange & { currentTarget: { dataset: { family: Schemas['NoticeFamily']; channel: Channel } } }) {
    const { family, channel } = event.currentTarget.dataset;
    await this.save({ choices: [{ family, channel, is_on: event.detail.value }] });
  },
});
