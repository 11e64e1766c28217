/** My meters: what each showed last, what was sent, and reading it while the window is open. */
import { get, type Schemas } from '../../core/api';
import { day, quantity } from '../../core/format';
import { base, dress, go, load } from '../../core/page';
import type { Badge } from '../../core/states';
import { say, text } from '../../core/text';

const ICONS: Record<string, string> = { water: 'droplet', electricity: 'zap', gas: 'flame', heat: 'thermometer' };
const LOOKS: Record<string, [Badge['tone'], string]> = { waiting: ['indigo', 'clock'], approved: ['green', 'check'], rejected: ['orange', 'triangle-alert'] };

function row(one: Schemas['OwnMeterOut']) {
  const { meters: words } = text();
  const unit = words.units[one.kind] ?? '';
  const look = LOOKS[one.sent_status];
  return {
    id: one.id,
    title: `${words.kinds[one.kind] ?? one.kind} ${one.code}`,
    icon: ICONS[one.kind] ?? 'zap',
    room: one.room,
    last: one.value_milli !== null && one.read_on ? say(words.last, { value: quantity(one.value_milli), unit, day: day(one.read_on) }) : words.noneYet,
    sent: one.sent_milli !== null && one.sent_on ? say(words.sent, { value: quantity(one.sent_milli), unit, day: day(one.sent_on) }) : '',
    reason: one.sent_status === 'rejected' ? one.sent_reason : '',
    badge: look ? ({ words: words.states[one.sent_status] ?? one.sent_status, tone: look[0], icon: look[1], isOver: false } satisfies Badge) : null,
    opens: one.opens,
    canSend: one.is_open && one.sent_status !== 'waiting',
  };
}

const data = { ...base('meters'), rows: [] as ReturnType<typeof row>[] };
export type Data = typeof data;

Page({
  data,

  onShow() {
    if (dress(this, 'meters')) void this.refresh();
  },

  onPullDownRefresh() {
    void this.refresh();
  },

  onLive() {
    void this.refresh();
  },

  async refresh() {
    await load(this, async () => this.setData({ rows: (await get('/meters')).items.map(row) }));
  },

  open(event: WechatMiniprogram.TouchEvent<object, object, { id: number }>) {
    go(`/pages/reading/reading?id=${event.currentTarget.dataset.id}`);
  },
});
