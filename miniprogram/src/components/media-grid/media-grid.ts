/** Photos and videos of an order; a tap shows them large. */
import type { Schemas } from '../../core/api';
import { absolute } from '../../core/config';
import { text } from '../../core/text';

type Medium = Pick<Schemas['MediaOut'], 'kind' | 'url' | 'thumbnail_url'>;

interface Shot {
  url: string;
  cover: string;
  isVideo: boolean;
}

const data = { shots: [] as Shot[], t: text().common };
export type Data = typeof data;

Component({
  properties: { media: { type: Array, value: [] as Medium[] } },
  data,
  observers: {
    media(this: WechatMiniprogram.Component.TrivialInstance, media: Medium[]) {
      const shots = media.map((one) => ({
        url: absolute(one.url),
        cover: one.thumbnail_url ? absolute(one.thumbnail_url) : '',
        isVideo: one.kind === 'video',
      }));
      this.setData({ shots, t: text().common });
    },
  },
  methods: {
    open(event: WechatMiniprogram.TouchEvent<object, object, { index: number }>) {
      const sources = this.data.shots.map((shot) => ({ url: shot.url, type: shot.isVideo ? ('video' as const) : ('image' as const) }));
      void wx.previewMedia({ sources, current: Number(event.currentTarget.dataset.index) });
    },
  },
});
