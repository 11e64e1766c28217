/** Tips for the home in view: what to do before something breaks, each with what it rests on; they can be switched off. */
import { put } from '../../core/api';
import { sure, toast } from '../../core/page';
import { sentence } from '../../core/problem';
import { text } from '../../core/text';
import type { tipCard } from '../../core/tips';

type Row = ReturnType<typeof tipCard>;
const data = { t: text().tips };
export type Data = typeof data & { rows: Row[] };

Component({
  properties: { rows: { type: Array, value: [] as Row[] } },
  data,
  observers: {
    rows(this: WechatMiniprogram.Component.TrivialInstance) {
      this.setData({ t: text().tips });
    },
  },
  methods: {
    async off() {
      if (!(await sure(text().tips.offAsk, 'noMore'))) return;
      try {
        await put('/me/tips', { body: { is_on: false } });
        this.triggerEvent('off');
      } catch (error) {
        toast(sentence(error));
      }
    },
  },
});
