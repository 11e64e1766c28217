/** The `wx` calls that the pages make. A call that is not here throws by name; what WeChat would ask a person is asked of `window.wechat`. */
import { back, badge, complaints, open, paintTab, pull, reachBottom, replace, restart, title, toTab } from './runtime.ts';
import { files, local } from './places.ts';

type Done = { success?: (answer: unknown) => void; fail?: (error: { errMsg: string }) => void; complete?: () => void };
type Options = Done & Record<string, unknown>;
type Call = (options: Options) => Promise<unknown> | unknown;

declare global {
  interface Window {
    /** What a test decides in WeChat's stead; set before the page loads. */
    wechat: Wechat;
  }
}

interface Wechat {
  person: string;
  phoneNumber: string;
  isOffline: boolean;
  language: string;
  needsPrivacy: boolean;
  /** What `wx.login` gives instead of a fresh code. */
  loginCode: string;
  /** Whether the person agrees to subscribe messages. */
  agrees: boolean;
  /** Answers `wx.requestPayment`: return a text to fail with it. */
  pay: (parameters: Record<string, string>) => Promise<string>;
  place: { latitude: number; longitude: number } | null;
  /** What `wx.scanCode` reads; empty when the person goes back. */
  scanned: string;
  media: { name: string; type: string; base64: string; size?: number }[];
  opened: string[];
  called: string[];
  subscribed: string[];
  copied: string[];
  complaints: string[];
  phone: () => object;
  choose: (names: string[]) => Promise<number>;
  ask: (title: string, hint: string) => Promise<string | null>;
  pull: () => void;
  reachBottom: () => void;
  setOnline: (is: boolean) => void;
}

const DEFAULTS: Partial<Wechat> = {
  person: 'nobody', phoneNumber: '13800000001', isOffline: false, language: 'zh_CN', needsPrivacy: false, loginCode: '', agrees: true, place: null, scanned: '', media: [], opened: [], called: [], subscribed: [], copied: [],
  pay: async () => '',
};
const byId = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const listeners: Record<string, ((value: never) => void)[]> = {};
const tell = (name: string, value: unknown): void => (listeners[name] ?? []).forEach((hear) => hear(value as never));
const hear = (name: string) => (listener: never) => void (listeners[name] ??= []).push(listener);
let serial = 0;
const once = (kind: string, who: string): string => `${kind}-${who}.${Date.now()}${serial++}`;

export function makeWx(): object {
  window.wechat = Object.assign({}, DEFAULTS, window.wechat, {
    complaints, pull, reachBottom, choose, ask,
    phone: () => ({ code: once('phone', window.wechat.phoneNumber), errMsg: 'getPhoneNumber:ok' }),
    setOnline: (is: boolean) => {
      window.wechat.isOffline = !is;
      tell('network', { isConnected: is, networkType: is ? 'wifi' : 'none' });
    },
  }) as Wechat;
  const calls: Record<string, unknown> = { ...SYNC, env: { USER_DATA_PATH: 'wxfile://usr' } };
  for (const [name, call] of Object.entries(ASYNC)) calls[name] = promised(name, PRIVATE.has(name) ? afterConsent(call) : call);
  return new Proxy(calls, {
    get: (target, name: string) => {
      if (name in target || typeof name !== 'string') return target[name];
      complaints.push(`wx.${name} is not in the host`);
      throw new Error(`wx.${name} is not in the host`);
    },
  });
}

/** What WeChat lets run only once the person has accepted the privacy guideline. */
const PRIVATE = new Set(['chooseMedia', 'getLocation', 'chooseLocation', 'setClipboardData']);

/** As WeChat does: ask the page that listens, and wait for its answer; where none is given the call never ends. */
function afterConsent(call: Call): Call {
  return async (options) => {
    if (window.wechat.needsPrivacy) {
      const event = await new Promise<string>((resolve) => tell('privacy', (answer: { event: string }) => resolve(answer.event)));
      if (event !== 'agree') throw new Error('privacy permission is not authorized');
      window.wechat.needsPrivacy = false;
    }
    return call(options);
  };
}

/** As WeChat does: a promise when no callback is given. */
function promised(name: string, call: Call) {
  return (options: Options = {}): unknown => {
    const run = (async () => call(options))().then(
      (answer) => ({ errMsg: `${name}:ok`, ...(answer as object) }),
      (error: Error) => Promise.reject(Object.assign(new Error(error.message), { errMsg: `${name}:fail ${error.message}` })),
    );
    if (!options.success && !options.fail && !options.complete) return run;
    void run.then(options.success, options.fail as never).finally(() => options.complete?.());
    return undefined;
  };
}

const network = (): void => {
  if (window.wechat.isOffline) throw new Error('request:fail the network is off');
};

const SYNC: Record<string, unknown> = {
  getStorageSync: (key: string) => JSON.parse(localStorage.getItem(`wx:${key}`) ?? '""') as unknown,
  setStorageSync: (key: string, value: unknown) => localStorage.setItem(`wx:${key}`, JSON.stringify(value)),
  removeStorageSync: (key: string) => localStorage.removeItem(`wx:${key}`),
  getStorageInfoSync: () => ({ keys: Object.keys(localStorage).filter((key) => key.startsWith('wx:')).map((key) => key.slice(3)) }),
  getAccountInfoSync: () => ({ miniProgram: { appId: 'touristappid', envVersion: 'develop', version: '' } }),
  getAppBaseInfo: () => ({ language: window.wechat.language, theme: 'light', SDKVersion: '3.8.12' }),
  getSystemInfoSync: () => ({ language: window.wechat.language }),
  canIUse: () => true,
  onNetworkStatusChange: hear('network'),
  onNeedPrivacyAuthorization: hear('privacy'),
  getUpdateManager: () => ({ onUpdateReady: () => undefined, applyUpdate: () => undefined }),
  getFileSystemManager: () => fileSystem,
  connectSocket: (options: { url: string }) => socketTask(options.url),
  uploadFile: (options: Options & { url: string; filePath: string; name: string; header: Record<string, string> }) => upload(options),
  request: (options: Options) => {
    const cut = new AbortController();
    void (promised('request', (given) => request(given, cut.signal))(options) as Promise<unknown> | undefined);
    return { abort: () => cut.abort() };
  },
  nextTick: (call: () => void) => setTimeout(call, 0),
};

const ASYNC: Record<string, Call> = {
  login: () => (network(), { code: window.wechat.loginCode || once('demo', window.wechat.person) }),
  checkSession: () => ({}),
  navigateTo: (o) => open(String(o['url'])),
  redirectTo: (o) => replace(String(o['url'])),
  switchTab: (o) => toTab(String(o['url'])),
  reLaunch: (o) => restart(String(o['url'])),
  navigateBack: (o) => back(Number(o['delta'] ?? 1)),
  setNavigationBarTitle: (o) => title(String(o['title'])),
  setNavigationBarColor: () => undefined,
  setTabBarItem: (o) => paintTab(Number(o['index']), String(o['text'])),
  setTabBarBadge: (o) => badge(Number(o['index']), String(o['text'])),
  removeTabBarBadge: (o) => badge(Number(o['index']), ''),
  stopPullDownRefresh: () => undefined,
  showToast: (o) => toast(String(o['title'])),
  showLoading: () => undefined,
  hideLoading: () => undefined,
  hideToast: () => undefined,
  showModal: (o) => modal(o),
  showActionSheet: async (o) => {
    if ((o['itemList'] as string[]).length > 6) throw complain('itemList should not be large than 6');
    const tapIndex = await choose(o['itemList'] as string[]);
    if (tapIndex < 0) throw new Error('cancel');
    return { tapIndex };
  },
  makePhoneCall: (o) => void window.wechat.called.push(String(o['phoneNumber'])),
  setClipboardData: (o) => void window.wechat.copied.push(String(o['data'])),
  previewMedia: (o) => void window.wechat.opened.push(JSON.stringify(o['sources'])),
  openDocument: (o) => void window.wechat.opened.push(String(o['filePath'])),
  openPrivacyContract: () => undefined,
  getPrivacySetting: () => ({ needAuthorization: window.wechat.needsPrivacy, privacyContractName: '《隐私保护指引》' }),
  getNetworkType: () => ({ networkType: window.wechat.isOffline ? 'none' : 'wifi' }),
  getLocation: () => place(),
  chooseLocation: () => ({ ...place(), name: '', address: '' }),
  chooseMedia: () => chooseMedia(),
  scanCode: () => {
    if (!window.wechat.scanned) throw new Error('cancel');
    return { result: window.wechat.scanned, scanType: 'QR_CODE' };
  },
  compressImage: (o) => ({ tempFilePath: o['src'] }),
  requestPayment: (o) => pay(o as never),
  requestSubscribeMessage: (o) => {
    const ids = o['tmplIds'] as string[];
    if (ids.length > 3) throw complain('tmplIds holds three at most');
    if (window.wechat.agrees) window.wechat.subscribed.push(...ids);
    return Object.fromEntries(ids.map((id) => [id, window.wechat.agrees ? 'accept' : 'reject']));
  },
  downloadFile: (o) => download(o as never),
  vibrateShort: () => undefined,
  pageScrollTo: (o) => document.querySelector('.host-page:not(.away) ' + String(o['selector'] ?? 'view'))?.scrollIntoView({ block: 'center' }),
};

function place(): object {
  if (!window.wechat.place) throw new Error('auth deny');
  return window.wechat.place;
}

async function pay(parameters: Record<string, string>): Promise<object> {
  const why = await window.wechat.pay(parameters);
  if (why) throw new Error(why);
  return {};
}

async function request(options: Options, cut: AbortSignal): Promise<object> {
  network();
  const data = options['data'] as string | ArrayBuffer | object | undefined;
  const body = data === undefined || typeof data === 'string' || data instanceof ArrayBuffer ? data : JSON.stringify(data);
  const limit = AbortSignal.any([cut, AbortSignal.timeout(Number(options['timeout'] ?? 60_000))]);
  const sent = body === undefined ? {} : { body };
  const answer = await fetch(local(String(options['url'])), { method: String(options['method'] ?? 'GET'), headers: options['header'] as Record<string, string>, cache: 'no-store', signal: limit, ...sent });
  const words = await answer.text();
  return { statusCode: answer.status, data: words, header: Object.fromEntries(answer.headers.entries()) };
}

function upload(options: Options & { url: string; filePath: string; name: string; header: Record<string, string> }): object {
  const sending = new XMLHttpRequest();
  let progress: ((value: object) => void) | undefined;
  const fail = (why: string): void => options.fail?.({ errMsg: `uploadFile:fail ${why}` });
  const form = new FormData();
  const file = files.get(options.filePath);
  setTimeout(() => {
    if (window.wechat.isOffline || !file) return fail(file ? 'the network is off' : `no file ${options.filePath}`);
    form.append(options.name, file, 'file');
    sending.open('POST', local(options.url));
    for (const [name, value] of Object.entries(options.header)) sending.setRequestHeader(name, value);
    sending.upload.onprogress = (event) => progress?.({ progress: Math.round((event.loaded / event.total) * 100) });
    sending.onload = () => options.success?.({ statusCode: sending.status, data: sending.responseText });
    sending.onerror = () => fail('broken');
    sending.send(form);
  });
  return { onProgressUpdate: (listener: typeof progress) => (progress = listener), abort: () => sending.abort() };
}

async function download(options: { url: string; header: Record<string, string> }): Promise<object> {
  network();
  const answer = await fetch(local(options.url), { headers: options.header });
  return { statusCode: answer.status, tempFilePath: keep(await answer.blob(), 'tmp') };
}

function keep(blob: Blob, folder: string): string {
  const path = `wxfile://${folder}/${serial++}.${blob.type.split('/')[1] ?? 'bin'}`;
  files.set(path, blob);
  return path;
}

const fileSystem = {
  saveFile: (o: Options) => {
    const file = files.get(String(o['tempFilePath']));
    if (file) o.success?.({ savedFilePath: keep(file, 'usr') });
    else o.fail?.({ errMsg: 'saveFile:fail' });
  },
  unlink: (o: Options) => {
    files.delete(String(o['filePath']));
    o.success?.({});
  },
  readFile: (o: Options) => {
    const from = Number(o['position'] ?? 0);
    const file = files.get(String(o['filePath']));
    const part = file?.slice(from, o['length'] === undefined ? undefined : from + Number(o['length']));
    void part?.arrayBuffer().then((data) => o.success?.({ data }));
    if (!part) o.fail?.({ errMsg: 'readFile:fail no such file' });
  },
};

function socketTask(url: string): object {
  const socket = new WebSocket(local(url));
  return {
    onOpen: (call: () => void) => (socket.onopen = () => call()),
    onMessage: (call: (message: object) => void) => (socket.onmessage = (event: MessageEvent<string>) => call({ data: event.data })),
    onClose: (call: (why: object) => void) => (socket.onclose = (event) => call({ code: event.code, reason: event.reason })),
    onError: (call: (why: object) => void) => (socket.onerror = () => call({ errMsg: 'broken' })),
    send: (o: { data: string }) => socket.send(o.data),
    close: () => socket.close(),
  };
}

async function chooseMedia(): Promise<object> {
  const given = window.wechat.media;
  if (given.length === 0) throw new Error('cancel');
  const tempFiles = given.map((one) => {
    const bytes = Uint8Array.from(atob(one.base64), (letter) => letter.charCodeAt(0));
    const tempFilePath = keep(new Blob([bytes], { type: one.type }), 'tmp');
    const isVideo = one.type.startsWith('video');
    return { tempFilePath, size: one.size ?? bytes.length, fileType: isVideo ? 'video' : 'image', duration: isVideo ? 3 : 0, thumbTempFilePath: isVideo ? '' : tempFilePath };
  });
  return { tempFiles, type: 'mix' };
}

function toast(words: string): void {
  const shown = document.createElement('div');
  shown.className = 'toast';
  shown.textContent = words;
  byId('layer').append(shown);
  setTimeout(() => shown.remove(), 1800);
}

/** What DevTools would say; the test that sees it fails. */
function complain(words: string): Error {
  complaints.push(words);
  return new Error(words);
}

/** Chinese characters count two. */
const width = (words: string): number => [...words].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 255 ? 2 : 1), 0);

function modal(o: Options): Promise<object> {
  for (const name of ['confirmText', 'cancelText']) {
    if (width(String(o[name] ?? '')) > 8) throw complain(`${name} length should not larger than 4 Chinese characters: ${String(o[name])}`);
  }
  const input = o['editable'] ? `<input placeholder="${String(o['placeholderText'] ?? '')}" />` : '';
  const cancel = o['showCancel'] === false ? '' : `<button data-n="0">${String(o['cancelText'] ?? '取消')}</button>`;
  const words = `<h2>${String(o['title'] ?? '')}</h2><p>${String(o['editable'] ? '' : (o['content'] ?? ''))}</p>${input}`;
  const { scrim, answer } = dialog(`${words}<div class="row">${cancel}<button data-n="1">${String(o['confirmText'] ?? '确定')}</button></div>`, '');
  return answer.then((n) => ({ confirm: n === 1, cancel: n !== 1, content: scrim.querySelector('input')?.value ?? '' }));
}

function dialog(inner: string, where: string): { scrim: HTMLElement; answer: Promise<number> } {
  const scrim = document.createElement('div');
  scrim.className = `scrim ${where}`;
  scrim.innerHTML = `<div class="box" role="dialog">${inner}</div>`;
  byId('layer').append(scrim);
  const answer = new Promise<number>((resolve) => {
    scrim.onclick = (event) => {
      const chosen = (event.target as HTMLElement).dataset['n'];
      if (chosen === undefined) return;
      scrim.remove();
      resolve(Number(chosen));
    };
  });
  return { scrim, answer };
}

function choose(names: string[]): Promise<number> {
  const buttons = names.map((name, index) => `<button data-n="${index}">${name}</button>`).join('');
  return dialog(`<div class="row">${buttons}<button data-n="-1">×</button></div>`, 'low').answer;
}

async function ask(words: string, hint: string): Promise<string | null> {
  const answer = (await modal({ title: words, editable: true, placeholderText: hint })) as { confirm: boolean; content: string };
  return answer.confirm ? answer.content : null;
}
