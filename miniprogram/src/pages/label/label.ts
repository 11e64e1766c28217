/** Report at a QR label: place and facility are the label's, what is usual there is chosen first. */
import { get, newKey, post, type Schemas } from '../../core/api';
import { codeOf } from '../../core/label';
import { base, call, dress, load, toast } from '../../core/page';
import { Refusal, sentence } from '../../core/problem';
import { Shots } from '../../core/shots';
import { write } from '../../core/store';
import { askForMessages } from '../../core/subscribe';
import { say, text } from '../../core/text';
import type { File } from '../../core/upload';
import { kinds, type Kind } from '../report/form';

interface Wrong {
  category: string;
  danger: string;
  description: string;
}
const RIGHT: Wrong = { category: '', danger: '', description: '' };
type Answer = 'yes' | 'no' | '';

const data = {
  ...base('label'),
  place: '',
  facility: '',
  isActive: true,
  groups: [] as Kind[],
  leaves: [] as Kind[],
  groupId: 0,
  categoryId: 0,
  questions: [] as string[],
  warning: '',
  danger: '' as Answer,
  description: '',
  count: '0/1000',
  maxDescription: 1000,
  isOut: false,
  files: [] as File[],
  canAdd: false,
  most: '',
  wrong: { ...RIGHT },
  supportPhone: '',
  isBusy: false,
};
export type Data = typeof data;
type Tap<D extends object> = WechatMiniprogram.TouchEvent<object, object, D>;

Page({
  data,
  code: '',
  key: '',
  tree: [] as Schemas['CategoryOut'][],
  config: undefined as Schemas['ConfigOut'] | undefined,
  /** Made in `onLoad`: WeChat copies what stands here, and a copy has no methods. */
  shots: undefined as unknown as Shots,

  /** `q` is what WeChat gives when the QR was scanned by WeChat itself: the whole address, encoded. */
  onLoad(query: { code?: string; q?: string }) {
    this.code = query.code ?? codeOf(decodeURIComponent(query.q ?? ''));
    this.key = newKey();
    this.shots = new Shots((files) => this.setData({ files, canAdd: this.shots.room > 0 }));
  },

  onShow() {
    const isSignedIn = dress(this, 'label');
    if (!isSignedIn) write('after', `/pages/label/label?code=${this.code}`);
    else if (this.data.stage !== 'ready') void this.refresh();
  },

  async refresh() {
    await load(this, async () => {
      const [label, tree, config] = await Promise.all([get('/labels/{code}', { path: { code: this.code } }), get('/repair-categories'), get('/config')]);
      this.tree = tree.items.filter((group) => group.is_public || group.children.some((leaf) => leaf.id === label.category_id));
      this.config = config;
      this.shots.limits = config;
      const facility = [label.facility, label.number].filter(Boolean).join(' · ');
      const usual = this.tree.find((group) => group.children.some((leaf) => leaf.id === label.category_id));
      this.setData({
        place: `${label.estate} · ${label.place}`,
        facility,
        isActive: label.is_active,
        groupId: usual?.id ?? 0,
        categoryId: usual ? (label.category_id ?? 0) : 0,
        most: this.shots.most,
        canAdd: true,
        maxDescription: config.max_description,
        supportPhone: config.support_phone,
      });
      this.paint();
    });
  },

  paint() {
    const { groupId, categoryId, description, maxDescription } = this.data;
    const group = this.tree.find((one) => one.id === groupId);
    const leaf = group?.children.find((one) => one.id === categoryId);
    this.setData({
      groups: kinds(this.tree),
      leaves: kinds(group?.children ?? []),
      questions: leaf?.questions ?? [],
      warning: leaf?.danger ?? '',
      count: `${description.length}/${maxDescription}`,
    });
  },

  chooseGroup(event: Tap<{ id: number }>) {
    this.setData({ groupId: event.currentTarget.dataset.id, categoryId: 0, danger: '' });
    this.paint();
  },

  chooseKind(event: Tap<{ id: number }>) {
    this.setData({ categoryId: event.currentTarget.dataset.id, danger: '', 'wrong.category': '' });
    this.paint();
  },

  answerDanger(event: Tap<{ answer: Answer }>) {
    this.setData({ danger: event.currentTarget.dataset.answer, 'wrong.danger': '' });
  },

  onDescribe(event: WechatMiniprogram.TextareaInput) {
    this.setData({ description: event.detail.value, 'wrong.description': '' });
    this.paint();
  },

  chooseOut(event: WechatMiniprogram.SwitchChange) {
    this.setData({ isOut: event.detail.value });
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

  callOffice() {
    call(this.data.supportPhone);
  },

  async submit() {
    const { categoryId, questions, danger, description, isBusy } = this.data;
    if (isBusy) return;
    const { report } = text();
    const least = this.config?.min_description ?? 10;
    const wrong = {
      category: categoryId === 0 ? report.chooseKind : '',
      danger: questions.length > 0 && !danger ? report.answerDanger : '',
      description: description.trim().length < least ? say(report.tooShort, { count: least }) : '',
    };
    this.setData({ wrong });
    if (Object.values(wrong).some(Boolean)) return;
    this.setData({ isBusy: true });
    await askForMessages(this.config?.subscribe_templates ?? [], 'repair');
    try {
      await this.send();
    } catch (error) {
      this.refuse(error);
    } finally {
      this.setData({ isBusy: false });
    }
  },

  async send() {
    const { categoryId, danger, description, isOut } = this.data;
    const body = {
      category_id: categoryId,
      description: description.trim(),
      is_out_of_service: isOut,
      ...(danger ? { has_danger: danger === 'yes' } : {}),
      photo_ids: await this.shots.ids(),
    };
    const made = await post('/labels/{code}/reports', { path: { code: this.code }, body, key: this.key });
    toast(text().report.done);
    void wx.redirectTo({ url: `/pages/repair/repair?id=${made.order.id}` });
  },

  refuse(error: unknown) {
    const at: Record<string, keyof Wrong> = { category_id: 'category', has_danger: 'danger', description: 'description' };
    const where = error instanceof Refusal ? at[error.field] : undefined;
    if (!where) return toast(sentence(error));
    this.setData({ wrong: { ...RIGHT, [where]: sentence(error) } });
  },
});
