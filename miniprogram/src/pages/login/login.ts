/** The way in: WeChat's own sign-in, then a phone bound once, by WeChat or by SMS. */
import type { Schemas } from '../../core/api';
import { post } from '../../core/api';
import { Countdown } from '../../core/countdown';
import { ask } from '../../core/http';
import { nudgeLive } from '../../core/live';
import { lookName } from '../../core/look';
import { call, go, words } from '../../core/page';
import { sentence } from '../../core/problem';
import { flush } from '../../core/queue';
import { bind, signIn } from '../../core/session';
import { forget, read } from '../../core/store';
import { say, text } from '../../core/text';

const PHONE = /^1\d{10}$/;
const data = {
  t: words('login'),
  look: lookName(),
  step: 'enter' as 'enter' | 'bind',
  isBusy: false,
  bySms: false,
  phone: '',
  code: '',
  problem: '',
  hint: '',
  wait: 0,
  waitWords: '',
  supportPhone: '',
};
export type Data = typeof data;
type Typed = WechatMiniprogram.Input & { currentTarget: { dataset: { field: 'phone' | 'code' } } };

Page({
  data,
  ticket: '',
  countdown: undefined as Countdown | undefined,

  onLoad() {
    void this.readConfig();
  },

  onShow() {
    this.setData({ t: words('login'), look: lookName() });
    void wx.setNavigationBarTitle({ title: text().login.title });
  },

  onUnload() {
    this.countdown?.stop();
  },

  async readConfig() {
    try {
      const got = await ask({ method: 'GET', address: '/config', isRepeatable: true });
      this.setData({ supportPhone: (got.body as Schemas['ConfigOut']).support_phone });
    } catch {
      // The number to call is a help, not a condition.
    }
  },

  async enter() {
    await this.doing(async () => {
      const entry = await signIn();
      if (entry.status === 'signed_in') return this.arrive();
      this.ticket = entry.ticket;
      this.setData({ step: 'bind' });
    });
  },

  async bindByWechat(event: WechatMiniprogram.ButtonGetPhoneNumber) {
    const { code } = event.detail;
    if (!code) return this.setData({ problem: text().login.denied, bySms: true });
    await this.finish({ ticket: this.ticket, phone_code: code });
  },

  showSms() {
    this.setData({ bySms: true, problem: '' });
  },

  onInput(event: Typed) {
    const { field } = event.currentTarget.dataset;
    this.setData(field === 'phone' ? { phone: event.detail.value, problem: '' } : { code: event.detail.value, problem: '' });
  },

  async sendCode() {
    if (!PHONE.test(this.data.phone)) return this.setData({ problem: text().login.phoneHint });
    await this.doing(async () => {
      const sent = await post('/auth/codes', { body: { phone: this.data.phone, purpose: 'bind' } });
      this.setData({ hint: sent.demo_code ? say(text().login.demoCode, { code: sent.demo_code }) : text().common.sent });
      this.countDown(sent.again_seconds);
    });
  },

  async bindBySms() {
    if (!PHONE.test(this.data.phone)) return this.setData({ problem: text().login.phoneHint });
    if (!this.data.code) return this.setData({ problem: text().login.codeHint });
    await this.finish({ ticket: this.ticket, phone: this.data.phone, code: this.data.code });
  },

  openPrivacy() {
    go('/pages/privacy/privacy');
  },

  callOffice() {
    call(this.data.supportPhone);
  },

  async finish(body: Schemas['Bind']) {
    await this.doing(async () => {
      try {
        await bind(body);
      } catch (error) {
        await this.renewTicket(error);
        throw error;
      }
      this.arrive();
    });
  },

  /** A ticket lives ten minutes; a new one is fetched at once, so that the next tap works. */
  async renewTicket(error: unknown) {
    if (!(error instanceof Error) || (error as { field?: string }).field !== 'ticket') return;
    const entry = await signIn();
    if (entry.status === 'bind') this.ticket = entry.ticket;
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

  arrive() {
    nudgeLive();
    void flush();
    const after = read('after');
    forget('after');
    void (after ? wx.reLaunch({ url: after }) : wx.switchTab({ url: '/pages/home/home' }));
  },

  countDown(seconds: number) {
    this.countdown ??= new Countdown();
    this.countdown.start(seconds, (left) => this.setData({ wait: left, waitWords: say(text().login.again, { seconds: left }) }));
  },
});
