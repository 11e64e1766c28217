/** My rooms: which there are, what one is to them, which one home speaks of. */
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
    people: [] as ReturnType<typeof person>[],
  };
}

function person(one: Schemas['HousemateOut']) {
  const words = text().rooms;
  return { id: one.id, name: one.is_self ? say(words.self, { name: one.name }) : one.name, phone: one.phone, relation: words.relations[one.relation] ?? one.relation };
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
      const rows = items.map((room) => row(room, inView?.id ?? 0));
      const homes = items.filter((room) => room.relation !== 'payer');
      const households = await Promise.all(homes.map((room) => get('/rooms/{room_id}/members', { path: { room_id: room.id } }).catch(() => undefined)));
      homes.forEach((room, index) => {
        const shown = rows.find((one) => one.id === room.id);
        if (shown) shown.people = (households[index]?.items ?? []).map(person);
      });
      this.setData({ rows, supportPhone: (await get('/config')).support_phone });
    });
  },

  choose(event: WechatMiniprogram.TouchEvent<object, object, { id: number }>) {
    const { id } = event.currentTarget.dataset;
    write('roomId', id);
    this.setData({ rows: this.data.rows.map((one) => ({ ...one, isInView: one.id === id })) });
  },

  add() {
    go('/pages/claim/claim');
  },

  callOffice() {
    call(this.data.supportPhone);
  },
});
