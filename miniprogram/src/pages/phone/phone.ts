/** Move the account to another phone, proved by a code that is sent there. */
import { post } from '../../core/api';
import { Countdown } from '../../core/countdown';
import { base, dress, toast } from '../../core/page';
import { sentence } from '../../core/problem';
import { keepMe } from '../../core/session';
import { say, text } from '../../core/text';

const PHONE = /^1\d{10}$/;
const data = { ...base('phone'), phone: '', code: '', hint: '', wait: 0, waitWords: '', isBusy: false };
export type Data = typeof data;
type Typed = WechatMiniprogram.Input & { currentTarget: { dataset: { field: 'phone' | 'code' } } };

Page({
  data,
  countdown: undefined as Countdown | undefined,

  onShow() {
    dress(this, 'phone');
  },

  onUnload() {
    this.countdown?.stop();
  },

  onInput(event: Typed) {
    const { field } = event.currentTarget.dataset;
    this.setData(field === 'phone' ? { phone: event.detail.value, problem: '' } : { code: event.detail.value, problem: '' });
  },

  async sendCode() {
    if (!PHONE.test(this.data.phone)) return this.setData({ problem: text().phone.phoneHint });
    await this.doing(async () => {
      const sent = await post('/auth/codes', { body: { phone: this.data.phone, purpose: 'bind' } });
      this.setData({ hint: sent.demo_code ? say(text().phone.demoCode, { code: sent.demo_code }) : text().common.sent });
      this.countdown ??= new Countdown();
      this.countdown.start(sent.again_seconds, (left) => this.setData({ wait: left, waitWords: say(text().phone.again, { seconds: left }) }));
    });
  },

  async change() {
    const { phone, code } = this.data;
    if (!PHONE.test(phone)) return this.setData({ problem: text().phone.phoneHint });
    if (!code) return this.setData({ problem: text().phone.codeHint });
    await this.doing(async () => {
      keepMe(await post('/me/phone', { body: { phone, code } }));
      toast(text().phone.changed);
      void wx.navigateBack();
    });
  },

  async doing(work: () => Promise<void>) {
    if (this.data.isBusy) return;
    this.setData({ isBusy: true, problem: '' });
    try {
      await work();
    } catch (error) {
      this.setData({ problem: sentence(error) });
    } finally {
      this.setData({ isBusy: false });
    }
  },
});
