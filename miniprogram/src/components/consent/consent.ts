/** WeChat's privacy consent: asked before the first use of photos, place or number, and remembered by WeChat. */
import { lookName } from '../../core/look';
import { say, text } from '../../core/text';

type Resolve = (answer: { event: 'agree' | 'disagree'; buttonId?: string }) => void;
const data = { isAsked: false, words: '', look: '', t: text().consent };
export type Data = typeof data;
let answering: Resolve | undefined;
let showing: ((name: string) => void) | undefined;
let name = '';

// The typings call the argument an ordinary result; it is the function that answers WeChat.
wx.onNeedPrivacyAuthorization((resolve: unknown) => {
  answering = resolve as Resolve;
  showing?.(name);
});

Component({
  options: { virtualHost: true },
  data,
  pageLifetimes: {
    show() {
      showing = (contract: string) => {
        const { consent } = text();
        this.setData({ isAsked: true, t: consent, words: say(consent.body, { name: contract }), look: lookName() });
      };
      wx.getPrivacySetting({
        success: ({ needAuthorization, privacyContractName }) => {
          name = privacyContractName;
          if (needAuthorization) showing?.(name);
        },
      });
    },
    hide() {
      showing = undefined;
    },
  },
  methods: {
    readIt() {
      wx.openPrivacyContract({});
    },
    agree() {
      answering?.({ event: 'agree', buttonId: 'agree-privacy' });
      this.setData({ isAsked: false });
    },
    refuse() {
      answering?.({ event: 'disagree' });
      this.setData({ isAsked: false });
    },
  },
});
