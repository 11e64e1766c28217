/** A state: a word and its icon, never colour alone. */
const properties = { words: String, tone: String, icon: String, over: Boolean };
Component({ options: { virtualHost: true }, properties });
export interface Data {
  words: string;
  tone: string;
  icon: string;
  over: boolean;
}
