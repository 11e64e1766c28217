/** What every page shares: its words and look, how it loads, and how it says what went wrong. */
import { lookName } from './look';
import { sentence } from './problem';
import { isSignedIn } from './session';
import { text, type Texts } from './text';

export type Stage = 'loading' | 'ready' | 'failed';
type Section = Exclude<keyof Texts, 'common' | 'asks' | 'tabs' | 'tips' | 'told' | 'corrected' | 'states' | 'consent' | 'shots'>;
export type Words<S extends Section> = Texts['common'] & Texts[S];

interface Loadable {
  data: { stage: Stage };
  setData(data: { stage: Stage; problem: string }): void;
}

export function words<S extends Section>(section: S): Words<S> {
  return { ...text().common, ...text()[section] };
}

/** The data with which every page begins. */
export function base<S extends Section>(section: S): { t: Words<S>; look: string; stage: Stage; problem: string } {
  return { t: words(section), look: lookName(), stage: 'loading', problem: '' };
}

interface Dressed<S extends Section> {
  setData(data: { t: Words<S>; look: string }): void;
}

/** Put on the chosen language and size, on a page that needs nobody signed in. */
export function dressOpen<S extends Section>(page: Dressed<S>, section: S): void {
  page.setData({ t: words(section), look: lookName() });
  void wx.setNavigationBarTitle({ title: text()[section].title });
}

/** Put on the chosen language and size; to be called in `onShow`. Says whether somebody is signed in. */
export function dress<S extends Section>(page: Dressed<S>, section: S): boolean {
  dressOpen(page, section);
  if (!isSignedIn()) void wx.reLaunch({ url: '/pages/login/login' });
  return isSignedIn();
}

/** Load: what is on the screen stays when it cannot be read again; an empty screen says why and offers a retry. */
export async function load(page: Loadable, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    page.setData({ stage: 'ready', problem: '' });
  } catch (error) {
    if (page.data.stage === 'ready') toast(sentence(error));
    else page.setData({ stage: 'failed', problem: sentence(error) });
  } finally {
    void wx.stopPullDownRefresh();
  }
}

export function toast(words: string): void {
  void wx.showToast({ title: words, icon: 'none', duration: 3000 });
}

/** Ask before something that cannot be undone. WeChat's buttons hold four Chinese characters, or eight letters. */
export async function sure(question: string, yes: keyof Texts['asks']): Promise<boolean> {
  const { asks } = text();
  const { confirm } = await wx.showModal({ title: question, confirmText: asks[yes], cancelText: asks.cancel });
  return confirm;
}

/** Ask for a line of words; undefined when the person thinks better of it. */
export async function lineOf(question: string, hint: string): Promise<string | undefined> {
  const options = { title: question, editable: true, placeholderText: hint, confirmText: text().asks.ok, cancelText: text().asks.cancel };
  const { confirm, content } = await wx.showModal(options);
  return confirm ? content.trim() : undefined;
}

/** WeChat's sheet holds six lines; what does not fit stands behind the last one. */
const LINES = 6;

/** Let the person choose one of some names; -1 when nothing is chosen. */
export async function choose(names: readonly string[]): Promise<number> {
  let from = 0;
  while (from < names.length) {
    const isLast = names.length - from <= LINES;
    const shown = names.slice(from, isLast ? undefined : from + LINES - 1);
    const { tapIndex } = await wx.showActionSheet({ itemList: isLast ? [...shown] : [...shown, text().common.others] }).catch(() => ({ tapIndex: -1 }));
    if (tapIndex < shown.length) return tapIndex < 0 ? -1 : from + tapIndex;
    from += shown.length;
  }
  return -1;
}

/** Run something once at a time; a refusal is said in passing, and what was typed stays. */
export async function busy(page: { data: { isBusy: boolean }; setData(data: { isBusy: boolean }): void }, work: () => Promise<void>): Promise<void> {
  if (page.data.isBusy) return;
  page.setData({ isBusy: true });
  try {
    await work();
  } catch (error) {
    toast(sentence(error));
  } finally {
    page.setData({ isBusy: false });
  }
}

export function call(phone: string): void {
  // Closing the call sheet is no mistake.
  void wx.makePhoneCall({ phoneNumber: phone }).catch(() => undefined);
}

export function go(url: string): void {
  void wx.navigateTo({ url });
}
