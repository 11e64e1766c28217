/** Language, type size and statistics. */
import { get, patch, type Schemas } from '../../core/api';
import { setLook } from '../../core/look';
import { base, dress, load, toast } from '../../core/page';
import { sentence } from '../../core/problem';
import { keepMe } from '../../core/session';
import { locale, type Locale } from '../../core/text';

const LANGUAGES: { code: Locale; name: string }[] = [
  { code: 'zh', name: '中文' },
  { code: 'en', name: 'English' },
];
const data = { ...base('preferences'), languages: LANGUAGES, locale: locale() as Locale, isElder: false, allows: false };
export type Data = typeof data;

Page({
  data,

  onShow() {
    if (dress(this, 'preferences')) void this.refresh();
  },

  async refresh() {
    await load(this, async () => this.show(await get('/me')));
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
