/** Me: who is signed in, and the way to everything that is not a tab. */
import { get, type Schemas } from '../../core/api';
import { base, call, dress, go, load, sure } from '../../core/page';
import { readMe, signOut } from '../../core/session';
import { read } from '../../core/store';
import { say, text } from '../../core/text';

const data = { ...base('me'), name: '', phone: '', initial: '', unread: '', supportPhone: '' };
export type Data = typeof data;

Page({
  data,

  onShow() {
    if (!dress(this, 'me')) return;
    const kept = read('me');
    if (kept) this.show(kept);
    void this.refresh();
  },

  onLive() {
    void this.refresh();
  },

  async refresh() {
    await load(this, async () => {
      this.show((await readMe().catch(() => read('me'))) ?? (await get('/me')));
      this.setData({ supportPhone: (await get('/config')).support_phone });
    });
  },

  show(me: Schemas['Me']) {
    const unread = me.unread_count > 0 ? say(text().me.unread, { count: me.unread_count }) : '';
    this.setData({ name: me.name, phone: me.phone, initial: me.name.slice(0, 1), unread });
  },

  open(event: WechatMiniprogram.TouchEvent<object, object, { page: string }>) {
    const { page } = event.currentTarget.dataset;
    go(`/pages/${page}/${page}`);
  },

  callOffice() {
    call(this.data.supportPhone);
  },

  async leave() {
    if (await sure(text().me.signOutAsk, 'signOut')) await signOut();
  },
});
