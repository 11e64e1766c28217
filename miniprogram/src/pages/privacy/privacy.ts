/** Which data is used for what, WeChat's own consent, and the consent to statistics; open to who has not signed in. */
import { get, patch } from '../../core/api';
import { base, call, dressOpen, go, load, toast } from '../../core/page';
import { sentence } from '../../core/problem';
import { isSignedIn, keepMe } from '../../core/session';
import { text } from '../../core/text';

const data = { ...base('privacy'), isAgreed: false, isKnown: false, allows: false, supportPhone: '' };
export type Data = typeof data;

Page({
  data,

  onShow() {
    dressOpen(this, 'privacy');
    void this.refresh();
  },

  async refresh() {
    this.readConsent();
    await load(this, async () => {
      this.setData({ supportPhone: (await get('/config')).support_phone, isKnown: isSignedIn() });
      if (isSignedIn()) this.setData({ allows: (await get('/me')).allows_behaviour });
    });
  },

  readConsent() {
    wx.getPrivacySetting({ success: ({ needAuthorization }) => this.setData({ isAgreed: !needAuthorization }) });
  },

  readContract() {
    wx.openPrivacyContract({ fail: () => toast(text().common.unshown) });
  },

  agreed() {
    this.setData({ isAgreed: true });
  },

  async chooseBehaviour(event: WechatMiniprogram.SwitchChange) {
    try {
      const me = await patch('/me', { body: { allows_behaviour: event.detail.value } });
      keepMe(me);
      this.setData({ allows: me.allows_behaviour });
      toast(text().common.saved);
    } catch (error) {
      toast(sentence(error));
      this.setData({ allows: !event.detail.value });
    }
  },

  openData() {
    go('/pages/mydata/mydata');
  },

  callOffice() {
    call(this.data.supportPhone);
  },
});
