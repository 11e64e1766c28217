/** What stands in a page's place while it loads, or when it did not. */
import { text } from '../../core/text';

const data = { t: text().common };
export type Data = typeof data & { stage: string; problem: string };

Component({
  options: { virtualHost: true },
  properties: { stage: String, problem: String },
  data,
  pageLifetimes: {
    show() {
      this.setData({ t: text().common });
    },
  },
  methods: {
    retry() {
      this.triggerEvent('retry');
    },
  },
});
