/** My data: a file of all of it, and deleting the account, which cools for some days and can be taken back. */
import { get, post, remove, type Schemas } from '../../core/api';
import { absolute } from '../../core/config';
import { Countdown } from '../../core/countdown';
import { when } from '../../core/format';
import { base, busy, dress, load, sure, toast } from '../../core/page';
import { Refusal, sentence } from '../../core/problem';
import { say, text } from '../../core/text';

const ASK_EVERY_MS = 5000;

const data = {
  ...base('mydata'),
  file: '',
  hasFile: false,
  isMaking: false,
  canAsk: false,
  isCooling: false,
  due: '',
  blockers: [] as { text: string }[],
  code: '',
  hint: '',
  wrong: '',
  wait: 0,
  waitWords: '',
  isBusy: false,
};
export type Data = typeof data;

Page({
  data,
  link: '',
  timer: 0,
  countdown: undefined as Countdown | undefined,

  onShow() {
    if (!dress(this, 'mydata')) return;
    void this.refresh();
    this.timer = setInterval(() => {
      if (this.data.isMaking) void this.refresh();
    }, ASK_EVERY_MS) as unknown as number;
  },

  onHide() {
    clearInterval(this.timer);
  },

  onUnload() {
    clearInterval(this.timer);
    this.countdown?.stop();
  },

  async refresh() {
    await load(this, async () => {
      const [last, erasure] = await Promise.all([get('/me/data-exports/last'), get('/me/erasure')]);
      this.showFile(last.export);
      this.showErasure(erasure);
    });
  },

  showFile(file: Schemas['DataExportOut'] | null) {
    const { mydata: words } = text();
    this.link = file?.link ?? '';
    const isMaking = file?.status === 'waiting' || file?.status === 'working';
    const told = !file ? '' : isMaking ? say(words.making, { percent: file.percent }) : file.status === 'ready' && file.expires_at ? say(words.ready, { time: when(file.expires_at) }) : words.over;
    this.setData({ file: told, hasFile: this.link !== '', isMaking });
  },

  showErasure(found: Schemas['ErasureOut']) {
    const isCooling = found.status === 'cooling';
    this.setData({
      canAsk: found.can_ask && !isCooling,
      isCooling,
      due: isCooling && found.due_at ? say(text().mydata.cooling, { time: when(found.due_at) }) : '',
      blockers: found.blockers.map((one) => ({ text: one.text })),
    });
  },

  async askFile() {
    await busy(this, async () => this.showFile((await post('/me/data-exports')).export));
  },

  /** WeChat opens no archive: the link is for a browser. */
  copyLink() {
    wx.setClipboardData({ data: absolute(this.link), success: () => toast(text().mydata.copied) });
  },

  onInput(event: WechatMiniprogram.Input) {
    this.setData({ code: event.detail.value, wrong: '' });
  },

  async sendCode() {
    await busy(this, async () => {
      const sent = await post('/me/erasure/code');
      this.setData({ hint: sent.demo_code ? say(text().phone.demoCode, { code: sent.demo_code }) : text().common.sent });
      this.countdown ??= new Countdown();
      this.countdown.start(sent.again_seconds, (left) => this.setData({ wait: left, waitWords: say(text().phone.again, { seconds: left }) }));
    });
  },

  async erase() {
    const { mydata: words } = text();
    const code = this.data.code.trim();
    if (!code) return this.setData({ wrong: text().phone.codeHint });
    if (this.data.isBusy || !(await sure(words.eraseAsk, 'erase'))) return;
    this.setData({ isBusy: true });
    try {
      this.showErasure(await post('/me/erasure', { body: { code } }));
      this.setData({ code: '', hint: '' });
    } catch (error) {
      if (error instanceof Refusal && error.field === 'code') this.setData({ wrong: sentence(error) });
      else toast(sentence(error));
    } finally {
      this.setData({ isBusy: false });
    }
  },

  async keep() {
    await busy(this, async () => {
      await remove('/me/erasure');
      toast(text().mydata.kept);
      await this.refresh();
    });
  },
});
