/** Language and type size: chosen once, worn by every page when it is shown. */
import { read, write } from './store';
import { locale, text, type Texts } from './text';

const TABS: readonly (keyof Texts['tabs'])[] = ['home', 'repairs', 'bills', 'me'];

export function setLook(look: { isElder?: boolean; locale?: 'zh' | 'en' }): void {
  if (look.isElder !== undefined) write('isElder', look.isElder);
  if (look.locale !== undefined) write('locale', look.locale);
  paintTabs();
}

export function isElder(): boolean {
  return read('isElder') ?? false;
}

/** The class that every page's root wears. */
export function lookName(): string {
  return `${isElder() ? 'elder' : 'plain'} ${locale()}`;
}

export function paintTabs(): void {
  TABS.forEach((name, index) => void wx.setTabBarItem({ index, text: text().tabs[name] }).catch(() => undefined));
}
