/** Builds the browser page that runs the mini-program's own files: `node host/build.ts OUT`. */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import compiler from 'glass-easel-template-compiler';
import type { AppConfig, PageConfig } from './app.ts';

const here = dirname(fileURLToPath(import.meta.url));
export const source = resolve(here, '../../../miniprogram/src');
const SLOT = 'host/slot';

export function json<T>(path: string): T {
  return JSON.parse(readFileSync(join(source, path), 'utf8')) as T;
}

/** Every page, and every component that a page, a component or the app names. */
export function parts(): { app: AppConfig; pages: string[]; components: string[] } {
  const app = json<AppConfig>('app.json');
  const found = new Set<string>();
  const visit = (using: Record<string, string> | undefined): void => {
    for (const address of Object.values(using ?? {})) {
      const path = address.replace(/^\//, '');
      if (found.has(path)) continue;
      found.add(path);
      visit(json<PageConfig>(`${path}.json`).usingComponents);
    }
  };
  visit(app.usingComponents);
  for (const page of app.pages) visit(json<PageConfig>(`${page}.json`).usingComponents);
  return { app, pages: app.pages, components: [...found] };
}

/** Put every template into one group; a mistake in one ends the build with its place. */
export function templates(paths: string[]): InstanceType<typeof compiler.TmplGroup> {
  const group = new compiler.TmplGroup();
  const wrong: string[] = [];
  for (const path of paths) {
    for (const note of group.addTmpl(path, readFileSync(join(source, `${path}.wxml`), 'utf8'))) {
      if (note.isError) wrong.push(`${path}.wxml:${note.startLine + 1}: ${note.message}`);
    }
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  return group;
}

/** WXSS as a browser reads it: rpx in parts of the width, `page` as the page's container, imports inlined. */
function css(path: string): string {
  const file = join(source, path);
  if (!existsSync(file)) return '';
  return readFileSync(file, 'utf8')
    .replace(/@import\s+["']([^"']+)["'];?/g, (_, other: string) => css(join(dirname(path), other)))
    .replace(/(-?[\d.]+)rpx/g, 'calc($1 * 100vw / 750)')
    .replace(/(^|[\s,}])page(?=[\s,{[.:])/g, '$1.host-page');
}

function entry(): string {
  const { app, pages, components } = parts();
  const all = [...components, ...pages];
  const group = templates(all);
  group.addTmpl(SLOT, '<slot />');
  const lines = all.map((path) => {
    const config = JSON.stringify(json(`${path}.json`));
    return `{ path: '${path}', isPage: ${pages.includes(path)}, config: ${config}, run: () => require('${source}/${path}.ts') }`;
  });
  return `import { start } from '${here}/runtime.ts';
start({ app: ${JSON.stringify(app)}, slot: '${SLOT}', runApp: () => require('${source}/app.ts'),
  templates: ${group.getTmplGenObjectGroups()}, parts: [${lines.join(',\n')}] });`;
}

export async function build(out: string): Promise<void> {
  mkdirSync(out, { recursive: true });
  const { pages, components } = parts();
  await esbuild.build({
    stdin: { contents: entry(), resolveDir: here, loader: 'ts' },
    bundle: true,
    format: 'iife',
    outfile: join(out, 'host.js'),
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    logLevel: 'error',
  });
  const styles = ['app', ...components, ...pages].map((path) => css(`${path}.wxss`)).join('\n');
  writeFileSync(join(out, 'host.css'), readFileSync(join(here, 'host.css'), 'utf8') + styles);
  writeFileSync(join(out, 'index.html'), readFileSync(join(here, 'index.html'), 'utf8'));
  cpSync(join(source, 'icons'), join(out, 'icons'), { recursive: true });
}

if (process.argv[1]?.endsWith('build.ts') && process.argv[2]) await build(resolve(process.argv[2]));
