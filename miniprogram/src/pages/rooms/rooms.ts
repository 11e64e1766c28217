/** My rooms: which there are, what one is to them, which one home speaks of, and the way to their people. */
import { get, type Schemas } from '../../core/api';
import { base, call, dress, go, load } from '../../core/page';
import { read, write } from '../../core/store';
import { locale, say, text } from '../../core/text';

function row(room: Schemas['RoomOut'], inView: number) {
  const words = text().rooms;
  return {
    id: room.id,
    name: locale() === 'en' ? room.code : room.label,
    estate: `${room.estate_name} · ${say(words.area, { area: (room.area_milli_m2 / 1000).toFixed(2) })}`,
    relation: words.relations[room.relation] ?? room.relation,
    isInView: room.id === inView,
    isHome: room.relation !== 'payer',
  };
}

const data = { ...base('rooms'), rows: [] as ReturnType<typeof row>[], supportPhone: '' };
export type Data = typeof data;

Page({
  data,

  onShow() {
    if (dress(this, 'rooms')) void this.refresh();
  },

  async refresh() {
    await load(this, async () => {
      const { items } = await get('/rooms');
      const inView = items.find((room) => room.id === read('roomId')) ?? items[0];
      this.setData({ rows: items.map((room) => row(room, inView?.id ?? 0)), supportPhone: (await get('/config')).support_phone });
    });
  },

  choose(event: WechatMiniprogram.TouchEvent<object, object, { id: number }>) {
    const { id } = event.currentTarget.dataset;
    write('roomId', id);
    this.setData({ rows: this.data.rows.map((one) => ({ ...one, isInView: one.id === id })) });
  },

  openPeople(event: WechatMiniprogram.TouchEvent<object, object, { id: number }>) {
    go(`/pages/people/people?room=${event.currentTarget.dataset.id}`);
  },

  add() {
    go('/pages/claim/claim');
  },

  callOffice() {
    call(this.data.supportPhone);
  },
});
