/** Add a room: at once by the code on its bill, or by a request that the estate decides; and one's requests. */
import { get, post, type Schemas } from '../../core/api';
import { dayAhead } from '../../core/clock';
import { day } from '../../core/format';
import { base, choose, dress, load, toast } from '../../core/page';
import { Refusal, sentence } from '../../core/problem';
import type { Badge } from '../../core/states';
import { text } from '../../core/text';

type Way = 'code' | 'request';
type Relation = 'owner' | 'family' | 'tenant' | 'payer';
type Field = 'bill' | 'code' | 'room' | 'note';
type DayField = 'from' | 'to';
/** A code gives what an owner may give; who owns must ask. */
const BY_CODE: readonly Relation[] = ['family', 'tenant', 'payer'];
const ALL: readonly Relation[] = ['owner', 'family', 'tenant', 'payer'];
const LOOKS: Record<string, [Badge['tone'], string, boolean]> = { waiting: ['indigo', 'clock', false], approved: ['green', 'check', false], rejected: ['red', 'x', false] };

interface Wrong {
  bill: string;
  code: string;
  estate: string;
  room: string;
  from: string;
  to: string;
}
const RIGHT: Wrong = { bill: '', code: '', estate: '', room: '', from: '', to: '' };

function relations(way: Way, chosen: Relation) {
  return (way === 'code' ? BY_CODE : ALL).map((key) => ({ key, words: text().claim.relations[key] ?? key, isOn: key === chosen }));
}

function row(one: Schemas['RoomRequestOut']) {
  const { claim: words } = text();
  const [tone, icon, isOver] = LOOKS[one.status] ?? (['gray', 'circle', true] as const);
  return {
    id: one.id,
    room: one.room,
    about: `${one.estate} · ${words.relations[one.relation] ?? one.relation}`,
    reason: one.reason,
    badge: { words: words.states[one.status] ?? one.status, tone, icon, isOver } satisfies Badge,
  };
}

const data = {
  ...base('claim'),
  way: 'code' as Way,
  relations: relations('code', 'family'),
  isTenant: false,
  bill: '',
  code: '',
  room: '',
  note: '',
  estate: '',
  from: '',
  fromWords: '',
  to: '',
  toWords: '',
  today: '',
  wrong: { ...RIGHT },
  rows: [] as ReturnType<typeof row>[],
  isBusy: false,
};
export type Data = typeof data;

Page({
  data,
  relation: 'family' as Relation,
  estates: [] as Schemas['EstateOut'][],
  estateId: 0,

  onShow() {
    if (dress(this, 'claim')) void this.refresh();
  },

  async refresh() {
    await load(this, async () => {
      const [requests, estates] = await Promise.all([get('/rooms/requests'), get('/estates')]);
      this.estates = estates.items;
      const [only] = estates.items;
      if (estates.items.length === 1 && only) this.estateId = only.id;
      this.setData({ rows: requests.items.map(row) });
      this.paint();
    });
  },

  /** The days are the server's: they are known once it has answered, whatever the phone's clock says. */
  paint() {
    const estate = this.estates.find((one) => one.id === this.estateId);
    const from = this.data.from || dayAhead(0);
    this.setData({
      from,
      today: dayAhead(0),
      relations: relations(this.data.way, this.relation),
      isTenant: this.relation === 'tenant',
      estate: estate?.name ?? '',
      fromWords: day(from),
      toWords: this.data.to ? day(this.data.to) : '',
    });
  },

  chooseWay(event: WechatMiniprogram.TouchEvent<object, object, { way: Way }>) {
    const { way } = event.currentTarget.dataset;
    if (way === 'code' && this.relation === 'owner') this.relation = 'family';
    this.setData({ way, wrong: { ...RIGHT } });
    this.paint();
  },

  chooseRelation(event: WechatMiniprogram.TouchEvent<object, object, { key: Relation }>) {
    this.relation = event.currentTarget.dataset.key;
    this.paint();
  },

  async chooseEstate() {
    const estate = this.estates[await choose(this.estates.map((one) => one.name))];
    if (!estate) return;
    this.estateId = estate.id;
    this.setData({ 'wrong.estate': '' });
    this.paint();
  },

  onInput(event: WechatMiniprogram.Input & { currentTarget: { dataset: { field: Field } } }) {
    const { field } = event.currentTarget.dataset;
    const { bill, code, room, note } = this.data;
    this.setData({ ...{ bill, code, room, note, [field]: event.detail.value }, wrong: { ...this.data.wrong, [field]: '' } });
  },

  onDay(event: WechatMiniprogram.PickerChange & { currentTarget: { dataset: { field: DayField } } }) {
    const { field } = event.currentTarget.dataset;
    const { from, to } = this.data;
    this.setData({ ...{ from, to, [field]: String(event.detail.value) }, wrong: { ...this.data.wrong, [field]: '' } });
    this.paint();
  },

  wrongOf(): Wrong {
    const { claim: words } = text();
    const { way, bill, code, room, from, to, isTenant } = this.data;
    const isCode = way === 'code';
    return {
      bill: isCode && !bill.trim() ? words.billHint : '',
      code: isCode && !code.trim() ? words.codeHint : '',
      estate: !isCode && this.estateId === 0 ? words.chooseEstate : '',
      room: !isCode && !room.trim() ? words.roomHint : '',
      from: !isCode && !from ? words.chooseDay : '',
      to: isTenant && !to ? words.chooseDay : '',
    };
  },

  async submit() {
    if (this.data.isBusy) return;
    const wrong = this.wrongOf();
    this.setData({ wrong });
    if (Object.values(wrong).some(Boolean)) return toast(text().claim.missing);
    this.setData({ isBusy: true });
    try {
      if (this.data.way === 'code') await this.byCode();
      else await this.byRequest();
    } catch (error) {
      this.refuse(error);
    } finally {
      this.setData({ isBusy: false });
    }
  },

  async byCode() {
    const body = { bill_number: this.data.bill.trim(), code: this.data.code.trim(), relation: this.relation, to_on: this.last() };
    await post('/rooms/by-code', { body });
    toast(text().claim.added);
    void wx.redirectTo({ url: '/pages/rooms/rooms' });
  },

  async byRequest() {
    const { room, from, note } = this.data;
    const body = { estate_id: this.estateId, room_code: room.trim(), relation: this.relation, from_on: from, to_on: this.last(), note: note.trim() };
    const made = await post('/rooms/requests', { body });
    this.setData({ rows: made.items.map(row), room: '', note: '' });
    toast(text().claim.asked);
  },

  last(): string | null {
    return this.relation === 'tenant' ? this.data.to : null;
  },

  refuse(error: unknown) {
    const at: Record<string, keyof Wrong> = { bill_number: 'bill', code: 'code', estate_id: 'estate', room_code: 'room', room: 'room', from_on: 'from', to_on: 'to' };
    const where = error instanceof Refusal ? at[error.field] : undefined;
    if (!where) return toast(sentence(error));
    this.setData({ wrong: { ...RIGHT, [where]: sentence(error) } });
  },
});
