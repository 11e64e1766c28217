/** Where I am signed in: sign one device out, or all. */
import { get, post, remove, type Schemas } from '../../core/api';
import { ago } from '../../core/format';
import { base, busy, dress, load, sure, toast } from '../../core/page';
import { end } from '../../core/session';
import { say, text } from '../../core/text';

function row(one: Schemas['SessionOut']) {
  const { sessions: words } = text();
  return {
    id: one.id,
    device: one.device,
    icon: one.kind === 'mini' ? 'smartphone' : 'monitor',
    about: [one.address, say(words.seen, { time: ago(one.last_seen_at) })].filter(Boolean).join(' · '),
    isThis: one.is_this,
  };
}

const data = { ...base('sessions'), rows: [] as ReturnType<typeof row>[], isBusy: false };
export type Data = typeof data;

Page({
  data,

  onShow() {
    if (dress(this, 'sessions')) void this.refresh();
  },

  onPullDownRefresh() {
    void this.refresh();
  },

  async refresh() {
    await load(this, async () => this.setData({ rows: (await get('/me/sessions')).items.map(row) }));
  },

  async endOne(event: WechatMiniprogram.TouchEvent<object, object, { id: number }>) {
    const { id } = event.currentTarget.dataset;
    const { sessions: words } = text();
    if (!(await sure(words.endAsk, 'signOut'))) return;
    await busy(this, async () => {
      await remove('/me/sessions/{session_id}', { path: { session_id: id } });
      toast(words.ended);
      await this.refresh();
    });
  },

  async endAll() {
    const { sessions: words } = text();
    if (!(await sure(words.everywhereAsk, 'signOut'))) return;
    await busy(this, async () => {
      await post('/auth/logout-everywhere');
      end();
    });
  },
});
