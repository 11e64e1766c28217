/** The black band under the title: no network, or reports that wait for it. */
import { isOnline, watchNetwork } from '../../core/network';
import { waiting, watchQueue } from '../../core/queue';
import { say, text } from '../../core/text';

const data = { words: '', offline: false };
export type Data = typeof data;

function state(): Data {
  const count = waiting().length;
  const { common } = text();
  const offline = !isOnline();
  if (count === 0) return { words: offline ? common.bandOffline : '', offline };
  return { words: say(offline ? common.bandOfflineWaiting : common.bandWaiting, { count }), offline };
}

Component({
  options: { virtualHost: true },
  data: { ...data, stops: [] as (() => void)[] },
  lifetimes: {
    attached() {
      const paint = (): void => this.setData(state());
      this.data.stops = [watchNetwork(paint), watchQueue(paint)];
      paint();
    },
    detached() {
      for (const stop of this.data.stops) stop();
    },
  },
  pageLifetimes: {
    show() {
      this.setData(state());
    },
  },
  methods: {
    openQueue() {
      if (waiting().length > 0) void wx.switchTab({ url: '/pages/repairs/repairs' });
    },
  },
});
