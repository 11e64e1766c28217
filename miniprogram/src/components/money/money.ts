/** An amount as the largest thing on the screen. */
import { yuan } from '../../core/format';

const data = { whole: '0', cents: '.00' };
export type Data = typeof data;

Component({
  properties: { fen: Number },
  data,
  observers: {
    fen(this: WechatMiniprogram.Component.TrivialInstance, fen: number) {
      const [whole = '0', cents = '00'] = yuan(fen).split('.');
      this.setData({ whole, cents: `.${cents}` });
    },
  },
});
