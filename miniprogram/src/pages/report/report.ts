/** Report a fault: what, where, in words and pictures, when to come; kept while it is written, queued without a network. */
import { get, peek, post, type Schemas } from '../../core/api';
import { dropDraft, keepDraft, readDraft } from '../../core/draft';
import { scanLabel } from '../../core/label';
import { nearestRoom, whereAmI, type Place } from '../../core/nearby';
import { base, call, choose, dress, load, toast } from '../../core/page';
import { Refusal, sentence } from '../../core/problem';
import { put } from '../../core/queue';
import { absolute } from '../../core/config';
import { when } from '../../core/format';
import { Shots } from '../../core/shots';
import { read } from '../../core/store';
import { askForMessages } from '../../core/subscribe';
import { locale, say, text } from '../../core/text';
import type { File } from '../../core/upload';
import { emptyDraft, isTouched } from './draft';
import { accesses, bodyOf, days, kinds, slots, wrongOf, type Kind, type Wrong } from './form';

interface Similar {
  id: number;
  title: string;
  about: string;
  cover: string;
}

const data = {
  ...base('report'),
  draft: emptyDraft(0),
  groups: [] as Kind[],
  leaves: [] as Kind[],
  questions: [] as string[],
  danger: '',
  place: '',
  isLocated: false,
  days: days(),
  slots: slots(0),
  accesses: accesses(),
  similar: null as Similar | null,
  wrong: {} as Wrong,
  isBusy: false,
  count: '0/1000',
  most: '',
  canAdd: true,
  answerIn: '',
  supportPhone: '',
  maxDescription: 1000,
};
export type Data = typeof data;
type Tap<D extends object> = WechatMiniprogram.TouchEvent<object, object, D>;

Page({
  data,
  tree: [] as Schemas['CategoryOut'][],
  rooms: [] as Schemas['RoomOut'][],
  areas: [] as Schemas['AreaOut'][],
  config: undefined as Schemas['ConfigOut'] | undefined,
  here: undefined as Place | undefined,
  /** Made in `onLoad`: WeChat copies what stands here, and a copy has no methods. */
  shots: undefined as unknown as Shots,
  /** The draft as it is now: uploads that end side by side must not overwrite one another. */
  draft: emptyDraft(0),

  onLoad() {
    this.shots = new Shots((files) => this.showFiles(files));
    const kept = readDraft();
    if (kept) {
      this.draft = kept;
      this.shots.files = kept.files.map((file) => ({ ...file, problem: file.id ? '' : file.problem }));
      toast(text().report.draftKept);
    }
    void this.refresh();
  },

  onShow() {
    if (!dress(this, 'report')) return;
    this.setData({ accesses: accesses() });
  },

  async refresh() {
    await load(this, async () => {
      const [config, tree, rooms] = await Promise.all([get('/config'), get('/repair-categories'), get('/rooms')]);
      this.config = config;
      this.shots.limits = config;
      this.tree = tree.items;
      this.rooms = rooms.items.filter((room) => room.relation !== 'payer');
      this.areas = (peek('/public-areas') ?? { items: [] }).items;
      void this.readAreas();
      if (this.draft.roomId === 0) this.draft.roomId = (this.rooms.find((room) => room.id === read('roomId')) ?? this.rooms[0])?.id ?? 0;
      this.openGroup();
      this.setData({
        supportPhone: config.support_phone,
        maxDescription: config.max_description,
        most: this.shots.most,
      });
      this.paint();
    });
    this.shots.resume();
    void this.locate();
  },

  async readAreas() {
    this.areas = (await get('/public-areas').catch(() => ({ items: this.areas }))).items;
  },

  /** A draft names the kind; the group that holds it is opened. */
  openGroup() {
    const group = this.tree.find((one) => one.children.some((leaf) => leaf.id === this.draft.categoryId));
    if (group) this.draft.groupId = group.id;
  },

  async locate() {
    this.here = await whereAmI();
    const near = this.here ? nearestRoom(this.rooms, this.here) : undefined;
    if (near && !this.draft.isPublic && this.draft.description === '') this.draft.roomId = near.id;
    this.setData({ isLocated: near !== undefined && near.id === this.draft.roomId });
    this.paint();
  },

  /** Show the draft and keep it. */
  paint() {
    this.draft.files = this.shots.files;
    const { draft, tree } = this;
    const shown = tree.filter((group) => group.is_public === draft.isPublic);
    const group = shown.find((one) => one.id === draft.groupId);
    const leaf = group?.children.find((one) => one.id === draft.categoryId);
    this.setData({
      draft,
      groups: kinds(shown),
      leaves: kinds(group?.children ?? []),
      questions: leaf?.questions ?? [],
      danger: leaf?.danger ?? '',
      place: this.placeName(),
      days: days(),
      slots: slots(draft.dayIndex),
      count: `${draft.description.length}/${this.data.maxDescription}`,
      canAdd: this.shots.room > 0,
      answerIn: leaf ? say(text().report.answerIn, { minutes: leaf.respond_minutes }) : '',
    });
    if (isTouched(draft)) keepDraft(draft);
    else dropDraft();
  },

  placeName(): string {
    if (this.draft.isPublic) return this.areas.find((area) => area.id === this.draft.areaId)?.name ?? '';
    const room = this.rooms.find((one) => one.id === this.draft.roomId);
    return room ? `${room.estate_name} ${locale() === 'en' ? room.code : room.label}` : '';
  },

  showFiles(files: File[]) {
    this.draft.files = files;
    this.paint();
  },

  chooseGroup(event: Tap<{ id: number }>) {
    this.draft = { ...this.draft, groupId: event.currentTarget.dataset.id, categoryId: 0, danger: '' };
    this.setData({ similar: null });
    this.paint();
  },

  chooseKind(event: Tap<{ id: number }>) {
    this.draft = { ...this.draft, categoryId: event.currentTarget.dataset.id, danger: '' };
    this.setData({ 'wrong.category': '' });
    this.paint();
    void this.lookForSimilar();
  },

  answerDanger(event: Tap<{ answer: 'yes' | 'no' }>) {
    this.draft.danger = event.currentTarget.dataset.answer;
    this.setData({ 'wrong.danger': '' });
    this.paint();
  },

  chooseSide(event: Tap<{ public: boolean }>) {
    const isPublic = Boolean(event.currentTarget.dataset.public);
    if (isPublic === this.draft.isPublic) return;
    this.draft = { ...this.draft, isPublic, groupId: 0, categoryId: 0, danger: '' };
    this.setData({ similar: null, 'wrong.place': '' });
    this.paint();
  },

  async choosePlace() {
    const { isPublic } = this.draft;
    const names = isPublic ? this.areas.map((area) => area.name) : this.rooms.map((room) => (locale() === 'en' ? room.code : room.label));
    if (names.length === 0) return toast(text().report.noArea);
    const index = await choose(names);
    if (index < 0) return;
    if (isPublic) this.draft.areaId = this.areas[index]?.id ?? 0;
    else this.draft.roomId = this.rooms[index]?.id ?? 0;
    this.setData({ isLocated: false, 'wrong.place': '' });
    this.paint();
    void this.lookForSimilar();
  },

  onDescribe(event: WechatMiniprogram.TextareaInput) {
    this.draft.description = event.detail.value;
    this.setData({ 'wrong.description': '' });
    this.paint();
  },

  async lookForSimilar() {
    const { categoryId, isPublic, roomId, areaId } = this.draft;
    if (categoryId === 0 || (isPublic ? areaId : roomId) === 0) return;
    const query = { category_id: categoryId, ...(isPublic ? { public_area_id: areaId } : { room_id: roomId }) };
    const { items } = await get('/repairs/similar', { query }).catch(() => ({ items: [] as Schemas['SimilarOut'][] }));
    const [first] = items;
    if (!first) return this.setData({ similar: null });
    const cover = first.thumbnail_url ? absolute(first.thumbnail_url) : '';
    this.setData({ similar: { id: first.id, title: `${first.place} ${first.category}`, about: `${first.status_name} · ${when(first.submitted_at)}`, cover } });
  },

  async follow() {
    if (!this.data.similar) return;
    try {
      await post('/repairs/{order_id}/follow', { path: { order_id: this.data.similar.id } });
      dropDraft();
      toast(text().report.followed);
      void wx.switchTab({ url: '/pages/repairs/repairs' });
    } catch (error) {
      toast(sentence(error));
    }
  },

  async scan() {
    const code = await scanLabel();
    if (code === undefined) return;
    if (code === '') return toast(text().report.noLabel);
    void wx.redirectTo({ url: `/pages/label/label?code=${code}` });
  },

  async addMedia() {
    await this.shots.choose();
  },

  retry(event: WechatMiniprogram.CustomEvent<{ path: string }>) {
    this.shots.retry(event.detail.path);
  },

  remove(event: WechatMiniprogram.CustomEvent<{ path: string }>) {
    this.shots.remove(event.detail.path);
  },

  chooseWhen(event: Tap<{ booked: boolean }>) {
    this.draft.isBooked = Boolean(event.currentTarget.dataset.booked);
    this.paint();
  },

  chooseDay(event: Tap<{ index: number }>) {
    this.draft = { ...this.draft, dayIndex: event.currentTarget.dataset.index, slot: -1 };
    this.paint();
  },

  chooseSlot(event: Tap<{ index: number }>) {
    const { index } = event.currentTarget.dataset;
    if (this.data.slots[index]?.isOver) return;
    this.draft.slot = index;
    this.setData({ 'wrong.time': '' });
    this.paint();
  },

  chooseAccess(event: Tap<{ value: Schemas['Access'] }>) {
    this.draft.access = event.currentTarget.dataset.value;
    this.paint();
  },

  callOffice() {
    call(this.data.supportPhone);
  },

  clear() {
    dropDraft();
    this.draft = emptyDraft(this.draft.roomId);
    this.shots.files = [];
    this.setData({ similar: null, wrong: {} });
    this.paint();
  },

  async submit() {
    if (this.data.isBusy) return;
    const wrong = wrongOf(this.draft, this.config?.min_description ?? 10, this.data.questions.length > 0);
    this.setData({ wrong });
    const [first] = Object.keys(wrong);
    if (first) return void wx.pageScrollTo({ selector: `#${first}`, duration: 200 });
    this.setData({ isBusy: true });
    await askForMessages(this.config?.subscribe_templates ?? [], 'repair');
    try {
      await this.deliver();
    } catch (error) {
      if (error instanceof Refusal && error.isOffline) this.queue();
      else this.refuse(error);
    } finally {
      this.setData({ isBusy: false });
    }
  },

  async deliver() {
    const body = { ...bodyOf(this.draft, this.here), photo_ids: await this.shots.ids() };
    const made = await post('/repairs', { body, key: this.draft.key });
    dropDraft();
    toast(text().report.done);
    void wx.redirectTo({ url: `/pages/repair/repair?id=${made.order.id}` });
  },

  queue() {
    const { draft } = this;
    const title = this.data.leaves.find((leaf) => leaf.id === draft.categoryId)?.name ?? '';
    put({ key: draft.key, body: bodyOf(draft, this.here), files: this.shots.files, title, at: Date.now(), problem: '' });
    dropDraft();
    this.shots.files = [];
    this.draft = emptyDraft(draft.roomId);
    toast(text().report.queued);
    void wx.switchTab({ url: '/pages/repairs/repairs' });
  },

  /** The server speaks of a field: say it there; else at the foot. */
  refuse(error: unknown) {
    const words = sentence(error);
    const field = error instanceof Refusal ? error.field : '';
    const at: Record<string, keyof Wrong> = { description: 'description', category_id: 'category', has_danger: 'danger', room_id: 'place', public_area_id: 'place', visit_from_at: 'time', visit_to_at: 'time' };
    const where = at[field];
    if (!where) return toast(words);
    this.setData({ wrong: { [where]: words } });
    void wx.pageScrollTo({ selector: `#${where}`, duration: 200 });
  },
});
