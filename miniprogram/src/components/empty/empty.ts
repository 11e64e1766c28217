/** Nothing here yet: one sentence, one hint, one action. */
Component({ properties: { icon: String, words: String, hint: String } });
export interface Data {
  icon: string;
  words: string;
  hint: string;
}
