/** Tell the estate something: a kind, words, photos, with or without one's name; kept while it is written. */
import { get, newKey, post, type Schemas } from '../../core/api';
import { base, dress, load, toast } from '../../core/page';
import { sentence } from '../../core/problem';
import { chooseRoom, inView, ownRooms, roomName, type Room } from '../../core/rooms';
import { Shots } from '../../core/shots';
import { forget, read, write } from '../../core/store';
import { say, text } from '../../core/text';
import type { File } from '../../core/upload';

type Kind = Schemas['FeedbackKind'];
const KINDS: readonly Kind[] = ['complaint', 'suggestion', 'question', 'praise'];
const FEWEST = 5;
/** As many as the server takes. */
const MOST_PHOTOS = 6;

function kinds(chosen: Kind) {
  return KINDS.map((key) => ({ key, words: text().tell.kinds[key] ?? key, isOn: key === chosen }));
}

const data = {
  ...base('tell'),
  kinds: kinds('complaint'),
  room: '',
  hasRooms: true,
  canChoose: false,
  words: '',
  count: '0/1000',
  wrong: '',
  isUnnamed: false,
  about: '',
  files: [] as File[],
  canAdd: false,
  most: '',
  isBusy: false,
};
export type Data = typeof data;

Page({
  data,
  kind: 'complaint' as Kind,
  rooms: [] as Room[],
  orderId: 0,
  billId: 0,
  key: '',
  /** Made in `onLoad`: WeChat copies what stands here, and a copy has no methods. */
  shots: undefined as unknown as Shots,

  onLoad(query: { order?: string; bill?: string }) {
    this.shots = new Shots((files) => this.showFiles(files));
    this.orderId = Number(query.order ?? 0);
    this.billId = Number(query.bill ?? 0);
    this.key = newKey();
    const kept = read('told');
    if (kept) {
      this.kind = kept.kind;
      this.setData({ words: kept.words, isUnnamed: kept.isUnnamed });
      toast(text().tell.draftKept);
    }
  },

  onShow() {
    if (dress(this, 'tell') && this.data.stage !== 'ready') void this.refresh();
  },

  async refresh() {
    await load(this, async () => {
      const [config, rooms] = await Promise.all([get('/config'), ownRooms()]);
      this.rooms = rooms;
      this.shots.limits = { ...config, max_photos: MOST_PHOTOS, max_videos: 0 };
      this.setData({ hasRooms: rooms.length > 0, canChoose: rooms.length > 1, most: this.shots.most });
      this.paint();
    });
  },

  paint() {
    const room = inView(this.rooms);
    const { tell } = text();
    this.setData({
      kinds: kinds(this.kind),
      room: room ? roomName(room) : '',
      count: `${this.data.words.length}/1000`,
      about: this.orderId > 0 ? tell.aboutOrder : this.billId > 0 ? tell.aboutBill : '',
      files: this.shots.files,
      canAdd: this.shots.room > 0,
    });
    const { words, isUnnamed } = this.data;
    if (words.trim()) write('told', { kind: this.kind, words, isUnnamed });
    else forget('told');
  },

  chooseKind(event: WechatMiniprogram.TouchEvent<object, object, { key: Kind }>) {
    this.kind = event.currentTarget.dataset.key;
    this.paint();
  },

  async chooseRoom() {
    if (this.data.canChoose && (await chooseRoom(this.rooms))) this.paint();
  },

  onInput(event: WechatMiniprogram.TextareaInput) {
    this.setData({ words: event.detail.value, wrong: '' });
    this.paint();
  },

  /** An order or a bill shows who one is: the two do not go together. */
  chooseUnnamed(event: WechatMiniprogram.SwitchChange) {
    if (event.detail.value) this.unlink();
    this.setData({ isUnnamed: event.detail.value });
    this.paint();
  },

  unlink() {
    this.orderId = 0;
    this.billId = 0;
    this.paint();
  },

  showFiles(files: File[]) {
    this.setData({ files, canAdd: this.shots.room > 0 });
  },

  async addPhoto() {
    await this.shots.choose();
  },

  retryPhoto(event: WechatMiniprogram.CustomEvent<{ path: string }>) {
    this.shots.retry(event.detail.path);
  },

  removePhoto(event: WechatMiniprogram.CustomEvent<{ path: string }>) {
    this.shots.remove(event.detail.path);
  },

  async submit() {
    const room = inView(this.rooms);
    const { words, isBusy } = this.data;
    if (isBusy || !room) return;
    if (words.trim().length < FEWEST) return this.setData({ wrong: say(text().tell.tooShort, { count: FEWEST }) });
    this.setData({ isBusy: true, wrong: '' });
    try {
      await this.send(room, words.trim());
    } catch (error) {
      this.setData({ wrong: sentence(error) });
    } finally {
      this.setData({ isBusy: false });
    }
  },

  async send(room: Room, words: string) {
    const about = { ...(this.orderId > 0 ? { order_id: this.orderId } : {}), ...(this.billId > 0 ? { bill_id: this.billId } : {}) };
    const body = { room_id: room.id, kind: this.kind, text: words, is_anonymous: this.data.isUnnamed, photo_ids: await this.shots.ids(), ...about };
    const made = await post('/feedback', { body, key: this.key });
    forget('told');
    toast(text().tell.done);
    void wx.redirectTo({ url: `/pages/thread/thread?id=${made.id}` });
  },
});
