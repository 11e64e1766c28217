/** Runs a mini-program's pages in a browser through WeChat's own component framework: registration, routes, tabs. */
import { MiniProgramEnv, glassEasel, type CodeSpace, type Root } from 'glass-easel-miniprogram-adapter';
import type { Bundle, Part } from './app.ts';
import { defineTags } from './builtins.ts';
import { makeWx } from './wx.ts';

type Lives = Record<string, ((argument?: unknown) => unknown) | undefined> & { data: unknown };
interface Shown {
  path: string;
  query: Record<string, string>;
  root: Root;
  box: HTMLElement;
  title: string;
}

let bundle: Bundle;
let space: CodeSpace;
let parts: Map<string, Part>;
let stack: Shown[] = [];
const tabs = new Map<string, Shown>();
let backend: ReturnType<MiniProgramEnv['associateBackend']>;
let defining = '';
export const complaints: string[] = [];

const byId = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const life = (shown: Shown): Lives => shown.root.get() as unknown as Lives;
export const isTab = (path: string): boolean => bundle.app.tabBar.list.some((tab) => tab.pagePath === path);
export const top = (): Shown | undefined => stack.at(-1);
export const pages = (): Shown[] => stack;

export function start(given: Bundle): void {
  bundle = given;
  parts = new Map(given.parts.map((part) => [part.path, part]));
  glassEasel.globalOptions.throwGlobalError = false;
  glassEasel.addGlobalWarningListener((warning: unknown) => void complaints.push(String(warning)));
  const env = new MiniProgramEnv();
  space = env.createCodeSpace('app', true);
  const context = new glassEasel.CurrentWindowBackendContext();
  context.onEvent((target, type, detail, options) => glassEasel.Event.triggerEvent(target, type, detail, options));
  backend = env.associateBackend(context as never);
  const slot = { groupList: given.templates, content: given.templates[given.slot] } as never;
  defineTags(space.getComponentSpace(), slot);
  defineGlobals();
  for (const part of given.parts) register(part);
  paintTabs();
  byId('back').onclick = () => back(1);
  given.runApp();
  const app = (globalThis as unknown as { hostApp: Lives }).hostApp;
  app['onLaunch']?.call(app, { path: '', query: {} });
  app['onShow']?.call(app, { path: '', query: {} });
  const wanted = new URLSearchParams(location.search).get('page') ?? bundle.app.pages[0]!;
  if (stack.length === 0) open(`/${wanted}`);
}

function defineGlobals(): void {
  const forward = (kind: 'Page' | 'Component' | 'Behavior') => (definition: never) =>
    space.componentEnv(defining, (env) => (env[kind] as (given: never) => unknown)(definition));
  Object.assign(globalThis, {
    Page: forward('Page'),
    Component: forward('Component'),
    Behavior: forward('Behavior'),
    App: (options: object) => Object.assign(globalThis, { hostApp: options }),
    getApp: () => (globalThis as unknown as { hostApp: unknown }).hostApp,
    getCurrentPages: () => stack.map((shown) => Object.assign(shown.root.get(), { route: shown.path, options: shown.query })),
    wx: makeWx(),
  });
}

function register(part: Part): void {
  space.addComponentStaticConfig(part.path, { ...part.config, component: !part.isPage, usingComponents: using(part) } as never);
  space.addCompiledTemplate(part.path, { groupList: bundle.templates, content: bundle.templates[part.path] } as never);
  defining = part.path;
  part.run();
}

function using(part: Part): Record<string, string> {
  return { ...bundle.app.usingComponents, ...part.config.usingComponents };
}

function parse(url: string): [string, Record<string, string>] {
  const [path = '', query = ''] = url.replace(/^\//, '').split('?');
  return [path, Object.fromEntries(new URLSearchParams(query))];
}

export function open(url: string): void {
  const [path, query] = parse(url);
  const part = parts.get(path);
  if (!part?.isPage) throw new Error(`there is no page ${path}`);
  leave();
  const kept = tabs.get(path);
  const shown = kept ?? create(part, query);
  stack.push(shown);
  if (isTab(path)) tabs.set(path, shown);
  reveal(shown, kept === undefined);
}

function create(part: Part, query: Record<string, string>): Shown {
  const box = document.createElement('div');
  box.className = 'host-page';
  byId('pages').append(box);
  const spot = document.createElement('div');
  box.append(spot);
  const root = backend.createRoot('page-root', space, part.path);
  root.attach(box as never, spot as never);
  const shown = { path: part.path, query, root, box, title: part.config.navigationBarTitleText ?? '' };
  stack.push(shown);
  life(shown)['onLoad']?.(query);
  stack.pop();
  return shown;
}

function reveal(shown: Shown, isNew: boolean): void {
  shown.box.classList.remove('away');
  byId('bar').className = isTab(shown.path) ? 'tab' : stack.length === 1 ? 'root' : '';
  byId('tabs').classList.toggle('shown', isTab(shown.path));
  for (const [index, tab] of bundle.app.tabBar.list.entries()) {
    const button = byId('tabs').children[index] as HTMLElement;
    button.classList.toggle('on', tab.pagePath === shown.path);
    (button.querySelector('img') as HTMLImageElement).src = tab.pagePath === shown.path ? tab.selectedIconPath : tab.iconPath;
  }
  title(shown.title);
  lifetime(shown, 'show');
  life(shown)['onShow']?.();
  if (isNew) life(shown)['onReady']?.();
}

function lifetime(shown: Shown, name: string): void {
  shown.root.getComponent().triggerPageLifetime(name, []);
}

function leave(): void {
  const before = top();
  if (!before) return;
  before.box.classList.add('away');
  lifetime(before, 'hide');
  life(before)['onHide']?.();
}

function drop(shown: Shown): void {
  if (tabs.get(shown.path) === shown) return;
  life(shown)['onUnload']?.();
  shown.root.release();
  shown.box.remove();
}

export function back(count: number): void {
  if (stack.length < 2) return;
  leave();
  const gone = stack.splice(Math.max(1, stack.length - count));
  gone.reverse().forEach(drop);
  reveal(top()!, false);
}

export function replace(url: string): void {
  const gone = stack.pop();
  if (gone) drop(gone);
  open(url);
}

export function toTab(url: string): void {
  const [path] = parse(url);
  if (!isTab(path)) throw new Error(`${path} is no tab`);
  if (top()?.path === path) return;
  leave();
  const gone = stack;
  stack = [];
  gone.reverse().forEach(drop);
  open(url);
}

export function restart(url: string): void {
  const gone = stack;
  stack = [];
  tabs.clear();
  gone.reverse().forEach(drop);
  byId('pages').textContent = '';
  open(url);
}

export function title(words: string): void {
  const shown = top();
  if (shown) shown.title = words;
  byId('title').textContent = words;
}

function paintTabs(): void {
  for (const tab of bundle.app.tabBar.list) {
    const button = document.createElement('button');
    button.innerHTML = `<img alt="" src="${tab.iconPath}" /><span>${tab.text}</span>`;
    button.onclick = () => toTab(`/${tab.pagePath}`);
    byId('tabs').append(button);
  }
}

export function paintTab(index: number, words: string): void {
  (byId('tabs').children[index]!.querySelector('span') as HTMLElement).textContent = words;
}

export function badge(index: number, words: string): void {
  const button = byId('tabs').children[index] as HTMLElement;
  button.querySelector('.badge')?.remove();
  if (words) button.insertAdjacentHTML('beforeend', `<span class="badge">${words}</span>`);
}

/** What a pull from above does; a test calls it through `window.wechat`. */
export function pull(): void {
  life(top()!)['onPullDownRefresh']?.();
}

export function reachBottom(): void {
  life(top()!)['onReachBottom']?.();
}
