/** The password for the browser: the first one, or a new one for the old. */
import { get, post } from '../../core/api';
import { base, dress, load, toast } from '../../core/page';
import { Refusal, sentence } from '../../core/problem';
import { text } from '../../core/text';

type Field = 'old' | 'fresh' | 'again';
const RIGHT: Record<Field, string> = { old: '', fresh: '', again: '' };

const data = { ...base('password'), hasPassword: false, old: '', fresh: '', again: '', wrong: { ...RIGHT }, isBusy: false };
export type Data = typeof data;

Page({
  data,

  onShow() {
    if (dress(this, 'password')) void this.refresh();
  },

  async refresh() {
    await load(this, async () => this.setData({ hasPassword: (await get('/me')).has_password }));
  },

  onInput(event: WechatMiniprogram.Input & { currentTarget: { dataset: { field: Field } } }) {
    const { field } = event.currentTarget.dataset;
    const { old, fresh, again, wrong } = this.data;
    this.setData({ ...{ old, fresh, again, [field]: event.detail.value }, wrong: { ...wrong, [field]: '' } });
  },

  async save() {
    const { old, fresh, again, hasPassword, isBusy } = this.data;
    if (isBusy) return;
    const { password: words } = text();
    const wrong = {
      old: hasPassword && !old ? words.oldHint : '',
      fresh: fresh ? '' : words.newHint,
      again: fresh && again !== fresh ? words.againHint : '',
    };
    this.setData({ wrong });
    if (Object.values(wrong).some(Boolean)) return;
    this.setData({ isBusy: true });
    try {
      await post('/me/password', { body: { old_password: old, password: fresh } });
      this.setData({ old: '', fresh: '', again: '' });
      toast(words.saved);
      void wx.navigateBack();
    } catch (error) {
      this.refuse(error);
    } finally {
      this.setData({ isBusy: false });
    }
  },

  refuse(error: unknown) {
    const field = error instanceof Refusal ? error.field : '';
    if (field === 'old_password') this.setData({ 'wrong.old': sentence(error) });
    else if (field === 'password') this.setData({ 'wrong.fresh': sentence(error) });
    else toast(sentence(error));
  },
});
