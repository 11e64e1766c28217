/** One repair: its five steps, who does it, what happened, and what the resident may do now. Live. */
import { get, post, type Schemas } from '../../core/api';
import { feedbackCard, toldOf } from '../../core/feedback';
import { clockTime, quantity, span, when, yuan } from '../../core/format';
import { base, call, dress, go, lineOf, load, toast } from '../../core/page';
import { sentence } from '../../core/problem';
import { doing, repairBadge } from '../../core/states';
import { say, text } from '../../core/text';

type Detail = Schemas['OrderDetailOut'];
interface View {
  title: string;
  place: string;
  number: string;
  icon: string;
  description: string;
  badge: ReturnType<typeof repairBadge>;
  hasEnded: boolean;
  why: string;
  steps: { name: string; at: string; state: string; icon: string; n: number }[];
  technician: { name: string; initial: string; score: string } | null;
  says: string;
  promise: string;
  visit: string;
  events: { n: number; name: string; note: string; who: string; at: string; place: string }[];
  materials: { name: string; count: string; amount: string }[];
  materialTotal: string;
  charged: string;
  followers: string;
  rework: string;
  together: string;
  rating: { rows: { name: string; stars: { n: number; isFull: boolean }[]; words: string }[]; text: string; reply: string } | null;
  allowed: Schemas['AllowedOut'];
}

const data = { ...base('repair'), view: null as View | null, photos: [] as Schemas['MediaOut'][], told: [] as ReturnType<typeof feedbackCard>[], phone: '', isBusy: false };
export type Data = typeof data;

Page({
  data,
  id: 0,

  onLoad(query: { id?: string }) {
    this.id = Number(query.id);
  },

  onShow() {
    if (dress(this, 'repair')) void this.refresh();
  },

  onPullDownRefresh() {
    void this.refresh();
  },

  onLive() {
    void this.refresh();
  },

  async refresh() {
    await load(this, async () => {
      const asked = get('/repairs/{order_id}', { path: { order_id: this.id } });
      const [detail, told] = await Promise.all([asked, toldOf({ order_id: this.id })]);
      this.show(detail);
      this.setData({ told });
    });
  },

  show(detail: Detail) {
    this.setData({ view: viewOf(detail), photos: detail.photos, phone: detail.technician?.phone ?? '' });
  },

  callTechnician() {
    call(this.data.phone);
  },

  async urge() {
    await this.doing(async () => {
      await post('/repairs/{order_id}/urge', { path: { order_id: this.id } });
      toast(text().repair.urged);
      await this.refresh();
    });
  },

  async cancelIt() {
    const reason = await lineOf(text().repair.cancelAsk, text().repair.cancelHint);
    if (reason === undefined) return;
    await this.doing(async () => {
      this.show(await post('/repairs/{order_id}/cancel', { path: { order_id: this.id }, body: { reason } }));
      toast(text().repair.cancelled);
    });
  },

  async reopen() {
    const reason = await lineOf(text().repair.reopen, text().repair.reopenHint);
    if (reason === undefined) return;
    await this.doing(async () => {
      const again = await post('/repairs/{order_id}/reopen', { path: { order_id: this.id }, body: { reason } });
      toast(text().repair.reopened);
      void wx.redirectTo({ url: `/pages/repair/repair?id=${again.order.id}` });
    });
  },

  tell() {
    go(`/pages/tell/tell?order=${this.id}`);
  },

  rate() {
    go(`/pages/rate/rate?id=${this.id}`);
  },

  async doing(work: () => Promise<void>) {
    if (this.data.isBusy) return;
    this.setData({ isBusy: true });
    try {
      await work();
    } catch (error) {
      toast(sentence(error));
    } finally {
      this.setData({ isBusy: false });
    }
  },
});

function viewOf(detail: Detail): View {
  const { order } = detail;
  const words = text().repair;
  return {
    title: order.category,
    place: `${order.place} · ${when(order.submitted_at)}`,
    number: say(words.number, { number: order.number }),
    icon: order.icon,
    description: order.description,
    badge: repairBadge(order),
    hasEnded: order.stage < 0,
    why: detail.why,
    steps: stepsOf(detail),
    technician: detail.technician ? technicianOf(detail.technician) : null,
    says: doing(order),
    promise: order.stage >= 0 && order.stage < 3 ? say(words.promise, { time: when(detail.complete_due_at) }) : '',
    visit: detail.visit_from_at && detail.visit_to_at ? say(words.visit, { span: span(detail.visit_from_at, detail.visit_to_at) }) : '',
    events: detail.steps.map((step, index) => ({
      n: detail.steps.length - index,
      name: step.name,
      who: step.actor_name === 'system' ? '' : step.actor_name,
      note: [step.reason, step.note].filter(Boolean).join(' · '),
      at: when(step.at),
      place: `${index === 0 ? 'first' : ''} ${index === detail.steps.length - 1 ? 'last' : ''}`,
    })),
    materials: detail.materials.map((one) => ({ name: one.name, count: `×${quantity(one.quantity_milli)} ${one.unit}`, amount: yuan(one.amount_fen) })),
    materialTotal: yuan(detail.material_fen),
    charged: detail.is_charged ? words.charged : words.free,
    followers: detail.follower_count > 0 ? say(words.followers, { count: detail.follower_count }) : '',
    rework: detail.rework_number ? say(words.reworkOf, { number: detail.rework_number }) : '',
    together: detail.incident_count > 1 ? say(words.together, { count: detail.incident_count }) : '',
    rating: detail.rating ? ratingOf(detail.rating) : null,
    allowed: detail.allowed,
  };
}

function stepsOf({ order, stage_at: at, complete_due_at: due }: Detail): View['steps'] {
  const icons = ['send', 'clock', 'wrench', 'check', 'star'];
  return text().repair.stages.map((name, index) => {
    const state = index < order.stage || (index === order.stage && order.stage >= 3) ? 'done' : index === order.stage ? 'now' : '';
    const reached = at[index];
    const expected = index === 3 && order.stage < 3 ? say(text().repair.about, { time: clockTime(due) }) : '';
    return { name, at: reached ? clockTime(reached) : expected, state, icon: state === 'done' ? 'check' : (icons[index] ?? 'circle'), n: index + 1 };
  });
}

function technicianOf(one: Schemas['TechnicianOut']): View['technician'] {
  const words = text().repair;
  const score = one.score_count > 0 ? say(words.score, { score: (one.score_milli / 1000).toFixed(1), count: one.score_count }) : words.newcomer;
  return { name: say(words.master, { name: one.name }), initial: one.name.slice(0, 1), score };
}

function ratingOf(rating: Schemas['RatingOut']): View['rating'] {
  const { rate } = text();
  const row = (name: string, count: number) => ({ name, stars: [1, 2, 3, 4, 5].map((n) => ({ n, isFull: n <= count })), words: rate.words[count] ?? '' });
  return {
    rows: [row(rate.quality, rating.quality), row(rate.attitude, rating.attitude), row(rate.timeliness, rating.timeliness)],
    text: rating.text,
    reply: rating.reply,
  };
}
