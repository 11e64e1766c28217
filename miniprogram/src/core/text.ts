/** The words of the pages: Chinese is the default and the measure, English must say the same. */
import { en } from '../text/en';
import { zh } from '../text/zh';
import { read } from './store';

export type Texts = typeof zh;
export type Locale = 'zh' | 'en';

/** The chosen language, else the phone's. */
export function locale(): Locale {
  const chosen = read('locale');
  if (chosen === 'zh' || chosen === 'en') return chosen;
  return wx.getAppBaseInfo().language.startsWith('zh') ? 'zh' : 'en';
}

export function text(): Texts {
  return locale() === 'en' ? en : zh;
}

/** Fill the `{names}` of a sentence. */
export function say(words: string, values: Record<string, string | number>): string {
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
