/** The prepaid balance of the room in view: what is on it, topping it up, paying bills by itself, and what moved. */
import { get, newKey, post, put, type Schemas } from '../../core/api';
import { fenOf, when, yuan } from '../../core/format';
import { nextPart } from '../../core/listing';
import { base, busy, dress, go, load, toast } from '../../core/page';
import { Refusal, sentence } from '../../core/problem';
import { chooseRoom, inView, ownRooms, roomName, type Room } from '../../core/rooms';
import { askForMessages, type Template } from '../../core/subscribe';
import { say, text } from '../../core/text';
import { payInWechat, paymentPage } from '../../core/wechat-pay';

const QUICK = ['100', '200', '500', '1000'];
const LEAST_FEN = 100;
const MOST_FEN = 5_000_000;

function row(one: Schemas['MovementOut']) {
  const { balance: words } = text();
  const names = one.amount_fen > 0 ? words.came : words.went;
  return {
    id: one.id,
    title: names[one.kind] ?? words.other,
    at: when(one.at),
    amount: `${one.amount_fen > 0 ? '+' : ''}${yuan(one.amount_fen)}`,
    isIn: one.amount_fen > 0,
    after: say(words.after, { amount: yuan(one.balance_fen) }),
  };
}

const data = {
  ...base('balance'),
  quick: QUICK,
  room: '',
  canChoose: false,
  hasRooms: true,
  fen: 0,
  isAutomatic: false,
  by: '',
  amount: '',
  wrong: '',
  rows: [] as ReturnType<typeof row>[],
  next: null as string | null,
  isBusy: false,
};
export type Data = typeof data;

Page({
  data,
  rooms: [] as Room[],
  templates: [] as Template[],
  key: '',

  onLoad() {
    this.key = newKey();
  },

  onShow() {
    if (dress(this, 'balance')) void this.refresh();
  },

  onPullDownRefresh() {
    void this.refresh();
  },

  onLive() {
    void this.refresh();
  },

  onReachBottom() {
    void this.more();
  },

  async refresh() {
    await load(this, async () => {
      this.rooms = await ownRooms();
      const room = inView(this.rooms);
      this.setData({ hasRooms: room !== undefined, canChoose: this.rooms.length > 1, room: room ? roomName(room) : '' });
      if (!room) return;
      const path = { room_id: room.id };
      const [balance, moves, config] = await Promise.all([get('/rooms/{room_id}/balance', { path }), get('/rooms/{room_id}/balance/movements', { path }), get('/config')]);
      this.templates = config.subscribe_templates;
      this.show(balance);
      this.setData({ rows: moves.items.map(row), next: moves.next_cursor });
    });
  },

  async more() {
    const room = inView(this.rooms);
    if (room) await nextPart(this, (query) => get('/rooms/{room_id}/balance/movements', { path: { room_id: room.id }, query }), row);
  },

  show(balance: Schemas['BalanceOut']) {
    const { is_automatic: isAutomatic, by_name: name, since } = balance;
    const by = isAutomatic && since ? say(text().balance.by, { name, time: when(since) }) : '';
    this.setData({ fen: balance.amount_fen, isAutomatic, by });
  },

  async chooseRoom() {
    if (this.data.canChoose && (await chooseRoom(this.rooms))) await this.refresh();
  },

  /** The switch shows what the server knows, also when it did not take the wish. */
  async chooseAutomatic(event: WechatMiniprogram.SwitchChange) {
    const room = inView(this.rooms);
    if (!room) return;
    const isOn = event.detail.value;
    this.setData({ isAutomatic: isOn });
    await busy(this, async () => {
      try {
        this.show(await put('/rooms/{room_id}/balance/automatic', { path: { room_id: room.id }, body: { is_on: isOn } }));
        toast(isOn ? text().balance.isOn : text().balance.isOff);
      } catch (error) {
        this.setData({ isAutomatic: !isOn });
        throw error;
      }
    });
    await this.refresh();
  },

  onInput(event: WechatMiniprogram.Input) {
    this.setData({ amount: event.detail.value, wrong: '' });
  },

  pick(event: WechatMiniprogram.TouchEvent<object, object, { amount: string }>) {
    this.setData({ amount: event.currentTarget.dataset.amount, wrong: '' });
  },

  async topUp() {
    const room = inView(this.rooms);
    const fen = fenOf(this.data.amount);
    if (!room || this.data.isBusy) return;
    if (fen === undefined || fen < LEAST_FEN || fen > MOST_FEN) return this.setData({ wrong: text().balance.wrong });
    this.setData({ isBusy: true, wrong: '' });
    await askForMessages(this.templates, 'money');
    try {
      const made = await post('/rooms/{room_id}/balance/top-ups', { path: { room_id: room.id }, body: { amount_fen: fen }, key: this.key });
      const said = await payInWechat(made);
      this.key = newKey();
      this.setData({ amount: '' });
      go(paymentPage(made, said));
    } catch (error) {
      if (!(error instanceof Refusal && error.isPassing)) this.key = newKey();
      this.setData({ wrong: sentence(error) });
    } finally {
      this.setData({ isBusy: false });
    }
  },
});
