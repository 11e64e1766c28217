/** Language, type size, tips for the home and statistics. */
import { get, patch, put, type Schemas } from '../../core/api';
import { setLook } from '../../core/look';
import { base, dress, load, toast } from '../../core/page';
import { sentence } from '../../core/problem';
import { inView, ownRooms } from '../../core/rooms';
import { keepMe } from '../../core/session';
import { locale, text, type Locale } from '../../core/text';
import { tipsOf } from '../../core/tips';

const LANGUAGES: { code: Locale; name: string }[] = [
  { code: 'zh', name: '中文' },
  { code: 'en', name: 'English' },
];
const data = { ...base('preferences'), languages: LANGUAGES, locale: locale() as Locale, isElder: false, allows: false, hasHome: false, wantsTips: false };
export type Data = typeof data;

Page({
  data,

  onShow() {
    if (dress(this, 'preferences')) void this.refresh();
  },

  async refresh() {
    await load(this, async () => {
      const [me, rooms] = await Promise.all([get('/me'), ownRooms()]);
      const homes = rooms.filter((room) => room.relation !== 'payer');
      const tips = await tipsOf(inView(homes));
      this.setData({ hasHome: tips !== undefined, wantsTips: tips?.is_on ?? false });
      this.show(me);
    });
  },

  show(me: Schemas['Me']) {
    this.setData({ locale: locale(), isElder: me.is_elder, allows: me.allows_behaviour });
  },

  async chooseLanguage(event: WechatMiniprogram.TouchEvent<object, object, { code: Locale }>) {
    const { code } = event.currentTarget.dataset;
    setLook({ locale: code });
    dress(this, 'preferences');
    this.setData({ locale: code });
    await this.save({ locale: code });
  },

  async chooseElder(event: WechatMiniprogram.SwitchChange) {
    setLook({ isElder: event.detail.value });
    dress(this, 'preferences');
    await this.save({ is_elder: event.detail.value });
  },

  async chooseTips(event: WechatMiniprogram.SwitchChange) {
    try {
      await put('/me/tips', { body: { is_on: event.detail.value } });
      this.setData({ wantsTips: event.detail.value });
      toast(text().common.saved);
    } catch (error) {
      toast(sentence(error));
      await this.refresh();
    }
  },

  async chooseBehaviour(event: WechatMiniprogram.SwitchChange) {
    await this.save({ allows_behaviour: event.detail.value });
  },

  /** The phone follows at once; what the server does not take is shown as it stands there. */
  async save(body: Schemas['Preferences']) {
    try {
      const me = await patch('/me', { body });
      keepMe(me);
      this.show(me);
    } catch (error) {
      toast(sentence(error));
      await this.refresh();
    }
  },
});
