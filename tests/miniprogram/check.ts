/** Checks the client whole: TypeScript, every template, and every expression in a template against its page's data. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { parts, source, templates } from './host/build.ts';

const here = dirname(fileURLToPath(import.meta.url));
const client = resolve(here, '../../miniprogram');
const made = join(here, 'node_modules', '.expressions');

// Templates read past null and undefined, so their data is seen as if everything were there.
const HEADER = `
type Whole<T> = T extends (infer U)[] ? Whole<U>[] : T extends object ? { [K in keyof T]-?: Whole<NonNullable<T[K]>> } : NonNullable<T>;
declare const data: Whole<Data>;
declare const tags: Record<string, any>;
declare const methods: Record<string, () => void>;
`;

/** One TypeScript file per template: its expressions, reading the `Data` of the page beside it. */
function writeExpressions(): string[] {
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  const { pages, components } = parts();
  const paths = [...pages, ...components];
  const group = templates(paths);
  return paths.map((path) => {
    const header = `import type { Data } from '${source}/${path}';\n${HEADER}`;
    const file = join(made, `${path.replaceAll('/', '.')}.ts`);
    writeFileSync(file, header + (group.getTmplConvertedExpr(path, '').code() ?? ''));
    return file;
  });
}

/** Every handler that a template names must be a method of its page or component. */
function missingHandlers(): string[] {
  const { pages, components } = parts();
  return [...pages, ...components].flatMap((path) => {
    const code = readFileSync(join(source, `${path}.ts`), 'utf8');
    const names = readFileSync(join(source, `${path}.wxml`), 'utf8').matchAll(/\s(?:bind|catch):?\w+="(\w+)"/g);
    return [...names].filter(([, name]) => !new RegExp(`^\\s+(async )?${name}\\(`, 'm').test(code)).map(([, name]) => `${path}.wxml calls ${name}, which ${path}.ts has not`);
  });
}

/** The API's types as they are now stand in for the committed ones. */
function complaints(files: string[], options: ts.CompilerOptions): ts.Diagnostic[] {
  const host = ts.createCompilerHost(options);
  const { readFile } = host;
  const fresh = process.argv[2];
  host.readFile = (name) => readFile(fresh && name.endsWith('miniprogram/typings/api.d.ts') ? fresh : name);
  const program = ts.createProgram(files, options, host);
  return [...program.getConfigFileParsingDiagnostics(), ...ts.getPreEmitDiagnostics(program)];
}

function configured(path: string): ts.ParsedCommandLine {
  const read = ts.readConfigFile(path, ts.sys.readFile);
  return ts.parseJsonConfigFileContent(read.config, ts.sys, dirname(path));
}

const product = configured(join(client, 'tsconfig.json'));
const equipment = configured(join(here, 'tsconfig.json'));
const expressions = writeExpressions();
const found = [
  ...complaints(product.fileNames, product.options),
  ...complaints(expressions, { ...product.options, noUnusedLocals: false, noUncheckedIndexedAccess: false }),
  ...complaints(equipment.fileNames, equipment.options),
];
for (const path of parts().pages) {
  for (const kind of ['ts', 'wxml', 'json']) {
    if (!existsSync(join(source, `${path}.${kind}`))) throw new Error(`${path}.${kind} is missing`);
  }
}
const missing = missingHandlers();
if (missing.length > 0) throw new Error(missing.join('\n'));
if (found.length > 0) {
  const host = { getCanonicalFileName: (name: string) => name, getCurrentDirectory: () => client, getNewLine: () => '\n' };
  process.stderr.write(ts.formatDiagnostics(found, host));
  for (const one of found) if (one.file?.fileName.includes('.expressions')) process.stderr.write(`  near: ${one.file.text.slice(one.start! - 60, one.start! + 60)}\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(`the mini-program's types hold: ${product.fileNames.length} files, ${expressions.length} templates\n`);
}
