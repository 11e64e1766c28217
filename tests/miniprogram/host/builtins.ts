/** The tags that WeChat brings along, as elements of the browser: only what the pages use. */
import type { glassEasel } from 'glass-easel-miniprogram-adapter';
import { local } from './places.ts';

type Space = glassEasel.ComponentSpace;
type Template = glassEasel.template.ComponentTemplate;

interface Live {
  $$: HTMLElement;
  data: Record<string, unknown>;
  addListener(name: string, hear: () => void): void;
  triggerEvent(name: string, detail?: unknown, options?: { bubbles?: boolean }): void;
}

type Change = (this: Live, value: never) => void;
interface Tag {
  properties?: Record<string, { type: unknown; value?: unknown; observer?: Change }>;
  attached?: (this: Live) => void;
}

const native = (live: Live): HTMLInputElement => live.$$ as HTMLInputElement;

/** Speak an event of the browser as WeChat does, and let the browser's own go no further. */
function speak(live: Live, element: HTMLElement, type: string, name: string, detail: () => unknown): void {
  const hear = (event: Event): void => {
    event.stopImmediatePropagation();
    live.triggerEvent(name, detail());
  };
  element.addEventListener(type, hear, { capture: true });
}

function field(live: Live): void {
  const input = native(live);
  const detail = (): unknown => ({ value: input.value, cursor: input.selectionStart });
  for (const name of ['input', 'focus', 'blur']) speak(live, input, name, name, detail);
  input.addEventListener('change', (event) => event.stopPropagation());
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && input.tagName === 'INPUT') live.triggerEvent('confirm', detail());
  });
}

const text = (name: string): { type: unknown; value: string; observer: Change } => ({
  type: String,
  value: '',
  observer(value: string) {
    if (value) this.$$?.setAttribute(name, value);
    else this.$$?.removeAttribute(name);
  },
});
const flag = (name: string): { type: unknown; value: boolean; observer: Change } => ({
  type: Boolean,
  value: false,
  observer(value: boolean) {
    // A page that has been left may still be told something.
    this.$$?.toggleAttribute(name, value);
  },
});
const aria = { ariaHidden: text('aria-hidden'), ariaRole: text('role'), ariaLabel: text('aria-label'), ariaLive: text('aria-live') };
const value = {
  type: String,
  value: '',
  observer(this: Live, now: string) {
    if (this.$$ && native(this).value !== now) native(this).value = now;
  },
};
const FIELD = { ...aria, value, placeholder: text('placeholder'), disabled: flag('disabled'), maxlength: { type: Number, value: 140, observer(this: Live, count: number) {
  if (count >= 0) native(this).maxLength = count;
} }, placeholderClass: { type: String }, adjustPosition: { type: Boolean }, confirmType: { type: String }, cursorSpacing: { type: Number }, focus: { type: Boolean } };

const TAGS: Record<string, Tag> = {
  view: { properties: { ...aria, hoverClass: { type: String }, hoverStayTime: { type: Number } } },
  text: { properties: { ...aria, selectable: { type: Boolean }, userSelect: { type: Boolean }, decode: { type: Boolean } } },
  'scroll-view': { properties: { scrollX: { type: Boolean }, scrollY: { type: Boolean }, enhanced: { type: Boolean }, showScrollbar: { type: Boolean } } },
  image: {
    properties: {
      ...aria,
      mode: { type: String, value: 'scaleToFill', observer(mode: string) { if (this.$$) picture(this, mode); } },
      lazyLoad: { type: Boolean },
      src: { type: String, value: '', observer(src: string) { if (this.$$) show(this, src); } },
    },
  },
  button: {
    properties: { ...aria, disabled: flag('disabled'), openType: { type: String }, hoverClass: { type: String }, loading: { type: Boolean }, plain: { type: Boolean }, type: { type: String }, id: { type: String } },
    attached() {
      this.$$.setAttribute('type', 'button');
      this.$$.addEventListener('click', () => answerOpenType(this));
    },
  },
  input: {
    properties: { ...FIELD, type: { type: String, value: 'text', observer(kind: string) { native(this).inputMode = kind === 'number' ? 'numeric' : kind === 'digit' ? 'decimal' : 'text'; } }, password: { type: Boolean, value: false, observer(is: boolean) { native(this).type = is ? 'password' : 'text'; } } },
    attached() { field(this); },
  },
  textarea: { properties: { ...FIELD, autoHeight: { type: Boolean }, showConfirmBar: { type: Boolean }, disableDefaultPadding: { type: Boolean } }, attached() { field(this); } },
  switch: {
    properties: { ...aria, color: { type: String }, disabled: { type: Boolean, value: false, observer(is: boolean) { if (this.$$) box(this).disabled = is; } }, checked: { type: Boolean, value: false, observer(is: boolean) { if (this.$$) box(this).checked = is; } } },
    attached() {
      speak(this, box(this), 'change', 'change', () => ({ value: box(this).checked }));
    },
  },
  picker: {
    properties: { ...aria, mode: { type: String, value: 'selector' }, range: { type: Array, value: [] }, rangeKey: { type: String }, value: { type: null as never }, start: { type: String }, end: { type: String }, disabled: { type: Boolean }, headerText: { type: String } },
    // The framework's tap: the browser's own click comes later, when another element may have moved under the finger.
    attached() { this.addListener('tap', () => void pick(this)); },
  },
  video: {
    properties: { ...aria, src: { type: String, value: '', observer(src: string) { (this.$$ as HTMLVideoElement).src = local(src); } }, poster: { type: String }, controls: flag('controls'), objectFit: { type: String }, showCenterPlayBtn: { type: Boolean } },
  },
};

/** Register every tag with the app's own space; the base space's are not inherited. */
export function defineTags(space: Space, slot: Template): void {
  for (const [is, tag] of Object.entries(TAGS)) {
    const made = space.defineComponent({
      is: `host/${is}`,
      template: slot,
      properties: tag.properties as never,
      lifetimes: { attached(this: never) { tag.attached?.call(this); } },
    } as never);
    space.setGlobalUsingComponent(is, made as never);
  }
}

function box(live: Live): HTMLInputElement {
  const found = live.$$.querySelector('input');
  if (found) return found;
  const made = document.createElement('input');
  made.type = 'checkbox';
  made.setAttribute('role', 'switch');
  live.$$.append(made);
  return made;
}

function show(live: Live, src: string): void {
  const image = live.$$.querySelector('img') ?? live.$$.appendChild(document.createElement('img'));
  image.onload = () => live.triggerEvent('load', {});
  image.onerror = () => live.triggerEvent('error', {});
  image.alt = String(live.data['ariaLabel'] ?? '');
  if (src) image.src = local(src);
  else image.removeAttribute('src');
  picture(live, String(live.data['mode'] ?? ''));
}

function picture(live: Live, mode: string): void {
  const image = live.$$.querySelector('img');
  if (image) image.style.objectFit = mode === 'aspectFill' ? 'cover' : mode === 'aspectFit' ? 'contain' : 'fill';
}

function answerOpenType(live: Live): void {
  const kind = live.data['openType'];
  if (live.data['disabled']) return;
  if (kind === 'getPhoneNumber') live.triggerEvent('getphonenumber', window.wechat.phone());
  if (kind === 'agreePrivacyAuthorization') {
    window.wechat.needsPrivacy = false;
    live.triggerEvent('agreeprivacyauthorization', {});
  }
}

async function pick(live: Live): Promise<void> {
  if (live.data['disabled']) return;
  const { mode, range, rangeKey } = live.data as { mode: string; range: Record<string, string>[]; rangeKey: string };
  if (mode === 'date' || mode === 'time') {
    const day = await window.wechat.ask('', '');
    if (day) live.triggerEvent('change', { value: day });
    return;
  }
  const names = range.map((one) => (rangeKey ? String(one[rangeKey]) : String(one)));
  const index = await window.wechat.choose(names);
  if (index >= 0) live.triggerEvent('change', { value: String(index) });
}
