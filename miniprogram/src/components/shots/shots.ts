/** The photos of a form: how far each is, tried again by a tap, taken away by its cross, and the place to add one. */
import { text } from '../../core/text';
import type { File } from '../../core/upload';

const data = { t: text().shots };
export type Data = typeof data & { files: File[]; canAdd: boolean; hint: string };
type Tap = WechatMiniprogram.TouchEvent<object, object, { path: string }>;

Component({
  properties: { files: { type: Array, value: [] as File[] }, canAdd: Boolean, hint: String },
  data,
  lifetimes: {
    attached() {
      this.setData({ t: text().shots });
    },
  },
  methods: {
    add() {
      this.triggerEvent('add');
    },
    retry(event: Tap) {
      this.triggerEvent('retry', { path: event.currentTarget.dataset.path });
    },
    remove(event: Tap) {
      this.triggerEvent('remove', { path: event.currentTarget.dataset.path });
    },
  },
});
