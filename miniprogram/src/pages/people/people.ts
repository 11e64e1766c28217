/** The people of one own room: its owner invites family, a tenant or somebody who only pays, and ends that again. */
import { get, post, type Schemas } from '../../core/api';
import { dayAhead } from '../../core/clock';
import { day } from '../../core/format';
import { base, busy, dress, load, sure, toast } from '../../core/page';
import { Refusal, sentence } from '../../core/problem';
import { roomName, type Room } from '../../core/rooms';
import { say, text } from '../../core/text';

type Relation = 'family' | 'tenant' | 'payer';
type Field = 'name' | 'phone' | 'from' | 'to';
const RELATIONS: readonly Relation[] = ['family', 'tenant', 'payer'];
const PHONE = /^1\d{10}$/;
/** As the server allows it. */
const MOST_DAYS = 366;

interface Wrong {
  name: string;
  phone: string;
  from: string;
  to: string;
}
const RIGHT: Wrong = { name: '', phone: '', from: '', to: '' };

function card(one: Schemas['HousemateOut']) {
  const { people: words } = text();
  const isComing = one.from_on > dayAhead(0);
  const days = one.to_on ? say(words.span, { from: day(one.from_on), to: day(one.to_on) }) : say(words.since, { from: day(one.from_on) });
  return {
    id: one.id,
    name: one.is_self ? say(words.self, { name: one.name }) : one.name,
    relation: words.relations[one.relation] ?? one.relation,
    about: [one.phone, days].filter(Boolean).join(' · '),
    sees: [one.relation === 'payer' ? words.paysOnly : words.seesAll, one.has_account ? '' : words.noAccount].filter(Boolean).join(' · '),
    isComing,
    earliest: isComing ? one.from_on : dayAhead(0),
    canEnd: one.can_end,
    endLabel: say(words.endLabel, { name: one.name }),
  };
}

function relations(chosen: Relation) {
  return RELATIONS.map((key) => ({ key, words: text().people.relations[key] ?? key, isOn: key === chosen }));
}

const data = {
  ...base('people'),
  room: '',
  rows: [] as ReturnType<typeof card>[],
  mayInvite: false,
  isOpen: false,
  relations: relations('family'),
  isTenant: false,
  name: '',
  phone: '',
  from: '',
  fromWords: '',
  to: '',
  toWords: '',
  first: '',
  last: '',
  wrong: { ...RIGHT },
  isBusy: false,
};
export type Data = typeof data;

Page({
  data,
  id: 0,
  relation: 'family' as Relation,

  onLoad(query: { room?: string }) {
    this.id = Number(query.room);
  },

  onShow() {
    if (dress(this, 'people')) void this.refresh();
  },

  onPullDownRefresh() {
    void this.refresh();
  },

  onLive() {
    void this.refresh();
  },

  async refresh() {
    await load(this, async () => {
      const [rooms, household] = await Promise.all([get('/rooms'), get('/rooms/{room_id}/members', { path: { room_id: this.id } })]);
      const room: Room | undefined = rooms.items.find((one) => one.id === this.id);
      this.setData({ room: room ? roomName(room) : '' });
      this.show(household);
      this.paint();
    });
  },

  show(found: Schemas['HouseholdOut']) {
    this.setData({ rows: found.items.map(card), mayInvite: found.may_invite });
  },

  /** The days are the server's: they are known once it has answered, whatever the phone's clock says. */
  paint() {
    const from = this.data.from || dayAhead(0);
    const { to } = this.data;
    const isTenant = this.relation === 'tenant';
    this.setData({ from, first: dayAhead(0), last: dayAhead(MOST_DAYS), relations: relations(this.relation), isTenant, fromWords: day(from), toWords: to ? day(to) : '' });
  },

  ask() {
    this.setData({ isOpen: !this.data.isOpen });
  },

  chooseRelation(event: WechatMiniprogram.TouchEvent<object, object, { key: Relation }>) {
    this.relation = event.currentTarget.dataset.key;
    this.setData({ 'wrong.to': '' });
    this.paint();
  },

  onInput(event: WechatMiniprogram.Input & { currentTarget: { dataset: { field: Field } } }) {
    this.take(event.currentTarget.dataset.field, event.detail.value);
  },

  onDay(event: WechatMiniprogram.PickerChange & { currentTarget: { dataset: { field: Field } } }) {
    this.take(event.currentTarget.dataset.field, String(event.detail.value));
    this.paint();
  },

  take(field: Field, value: string) {
    const { name, phone, from, to, wrong } = this.data;
    this.setData({ ...{ name, phone, from, to, [field]: value }, wrong: { ...wrong, [field]: '' } });
  },

  wrongOf(): Wrong {
    const { people: words } = text();
    const { name, phone, from, to, isTenant } = this.data;
    return {
      name: name.trim() ? '' : words.nameHint,
      phone: PHONE.test(phone.trim()) ? '' : words.phoneHint,
      from: from ? '' : words.chooseDay,
      to: isTenant && !to ? words.tenantDay : to && to < from ? words.wrongOrder : '',
    };
  },

  async invite() {
    if (this.data.isBusy) return;
    const wrong = this.wrongOf();
    this.setData({ wrong });
    if (Object.values(wrong).some(Boolean)) return;
    const { name, phone, from, to } = this.data;
    const body = { name: name.trim(), phone: phone.trim(), relation: this.relation, from_on: from, to_on: to || null };
    this.setData({ isBusy: true });
    try {
      this.show(await post('/rooms/{room_id}/members', { path: { room_id: this.id }, body }));
      this.setData({ isOpen: false, name: '', phone: '', from: '', to: '' });
      this.paint();
      toast(text().people.invited);
    } catch (error) {
      this.refuse(error);
    } finally {
      this.setData({ isBusy: false });
    }
  },

  /** The server speaks of a field: say it there; what was typed stays. */
  refuse(error: unknown) {
    const at: Record<string, keyof Wrong> = { name: 'name', phone: 'phone', from_on: 'from', to_on: 'to' };
    const where = error instanceof Refusal ? at[error.field] : undefined;
    if (!where) return toast(sentence(error));
    this.setData({ wrong: { ...RIGHT, [where]: sentence(error) } });
  },

  /** The day that was picked is the last one; asked once more, since the person loses the room. */
  async end(event: WechatMiniprogram.PickerChange & { currentTarget: { dataset: { id: number } } }) {
    const { id } = event.currentTarget.dataset;
    const last = String(event.detail.value);
    const { people: words } = text();
    const name = this.data.rows.find((one) => one.id === id)?.name ?? '';
    if (!(await sure(say(words.endAsk, { name, day: day(last) }), 'end'))) return;
    await busy(this, async () => {
      const path = { room_id: this.id, member_id: id };
      this.show(await post('/rooms/{room_id}/members/{member_id}/end', { path, body: { last_on: last } }));
      toast(words.ended);
    });
  },
});
