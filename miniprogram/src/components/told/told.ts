/** What one told the estate of a repair or a bill, and the way to each thread. */
import type { feedbackCard } from '../../core/feedback';
import { go } from '../../core/page';
import { text } from '../../core/text';

type Row = ReturnType<typeof feedbackCard>;
const data = { t: text().told };
export type Data = typeof data & { rows: Row[] };

Component({
  properties: { rows: { type: Array, value: [] as Row[] } },
  data,
  observers: {
    rows(this: WechatMiniprogram.Component.TrivialInstance) {
      this.setData({ t: text().told });
    },
  },
  methods: {
    open(event: WechatMiniprogram.TouchEvent<object, object, { id: number }>) {
      go(`/pages/thread/thread?id=${event.currentTarget.dataset.id}`);
    },
  },
});
