/** One feedback: what was told, what the estate answered, one more word, and how content one is at the end. Live. */
import { get, newKey, post, type Schemas } from '../../core/api';
import { feedbackCard } from '../../core/feedback';
import { when } from '../../core/format';
import { base, busy, dress, go, load, sure, toast } from '../../core/page';
import { say, text } from '../../core/text';

interface Message {
  n: number;
  who: string;
  isStaff: boolean;
  text: string;
  at: string;
}

function stars(chosen: number) {
  return [1, 2, 3, 4, 5].map((count) => ({ count, isOn: count <= chosen, label: say(text().thread.star, { count }) }));
}

const data = {
  ...base('thread'),
  head: null as ReturnType<typeof feedbackCard> | null,
  photos: [] as { kind: string; url: string; thumbnail_url: string }[],
  messages: [] as Message[],
  isClosed: false,
  given: 0,
  orderId: 0,
  billId: 0,
  words: '',
  stars: stars(0),
  starWords: '',
  isBusy: false,
};
export type Data = typeof data;

Page({
  data,
  id: 0,
  chosen: 0,
  key: '',

  onLoad(query: { id?: string }) {
    this.id = Number(query.id);
    this.key = newKey();
  },

  onShow() {
    if (dress(this, 'thread')) void this.refresh();
  },

  onPullDownRefresh() {
    void this.refresh();
  },

  onLive() {
    void this.refresh();
  },

  async refresh() {
    await load(this, async () => this.show(await get('/feedback/{feedback_id}', { path: { feedback_id: this.id } })));
  },

  show(thread: Schemas['FeedbackThreadOut']) {
    const { thread: words } = text();
    this.setData({
      head: feedbackCard(thread),
      photos: thread.photos.map((one) => ({ ...one, kind: 'photo' })),
      messages: thread.messages.map((one, n) => ({ n, who: one.is_staff ? say(words.estate, { name: one.name }) : words.me, isStaff: one.is_staff, text: one.text, at: when(one.at) })),
      isClosed: thread.status === 'closed',
      given: thread.satisfaction ?? 0,
      orderId: thread.order_id ?? 0,
      billId: thread.bill_id ?? 0,
      stars: stars(thread.satisfaction ?? this.chosen),
      starWords: words.words[thread.satisfaction ?? this.chosen] ?? '',
    });
  },

  onInput(event: WechatMiniprogram.TextareaInput) {
    this.setData({ words: event.detail.value });
  },

  async send() {
    const words = this.data.words.trim();
    if (!words) return toast(text().thread.chooseWords);
    await busy(this, async () => {
      this.show(await post('/feedback/{feedback_id}/messages', { path: { feedback_id: this.id }, body: { text: words }, key: this.key }));
      this.key = newKey();
      this.setData({ words: '' });
      toast(text().thread.sent);
    });
  },

  chooseStars(event: WechatMiniprogram.TouchEvent<object, object, { count: number }>) {
    if (this.data.given > 0) return;
    this.chosen = event.currentTarget.dataset.count;
    this.setData({ stars: stars(this.chosen), starWords: text().thread.words[this.chosen] ?? '' });
  },

  async end() {
    const { thread: words } = text();
    if (!this.data.isClosed && !(await sure(words.endAsk, 'close'))) return;
    await busy(this, async () => {
      const body = { satisfaction: this.chosen > 0 ? this.chosen : null };
      this.show(await post('/feedback/{feedback_id}/close', { path: { feedback_id: this.id }, body }));
      toast(text().thread.ended);
    });
  },

  openOrder() {
    go(`/pages/repair/repair?id=${this.data.orderId}`);
  },

  openBill() {
    go(`/pages/bill/bill?id=${this.data.billId}`);
  },
});
