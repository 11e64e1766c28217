/** The typed door to the API: paths, parameters and answers are those of the generated types. */
import type { components, paths } from '../../typings/api';
import { keep, kept } from './cache';
import { now } from './clock';
import { ask, type Method } from './http';
import { isOnline } from './network';
import { Refusal } from './problem';
import { signInAgain } from './session';
import { read } from './store';

export type Schemas = components['schemas'];
type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete';
type With<V extends Verb> = { [P in keyof paths]: paths[P][V] extends { responses: unknown } ? P : never }[keyof paths];
type Json<A> = A extends { content: { 'application/json': infer J } } ? J : undefined;
type Answer<O> = O extends { responses: infer R } ? Json<R[keyof R]> : never;
type Body<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? B : undefined;
type Part<O, K extends 'path' | 'query'> = O extends { parameters: { [N in K]?: infer T } } ? NonNullable<T> : never;

interface Options<O> {
  path?: Part<O, 'path'>;
  query?: Part<O, 'query'>;
  body?: Body<O>;
  /** The same key makes the server give back what it made the first time. */
  key?: string;
}

/** Read; without a network the last answer serves, when there is one. */
export async function get<P extends With<'get'>>(path: P, options: Options<paths[P]['get']> = {}): Promise<Answer<paths[P]['get']>> {
  const address = addressOf(path, options.path, options.query);
  const before = kept(mark(address));
  const header: Record<string, string> = before?.tag ? { 'if-none-match': before.tag } : {};
  try {
    // Known to be offline, one try is enough: what the phone has is shown at once.
    const got = await retried({ method: 'GET', address, header, isRepeatable: isOnline() });
    if (got.status === 304 && before) return before.body as Answer<paths[P]['get']>;
    keep(mark(address), { tag: got.tag, body: got.body, at: now() });
    return got.body as Answer<paths[P]['get']>;
  } catch (error) {
    if (before && error instanceof Refusal && error.isPassing) return before.body as Answer<paths[P]['get']>;
    throw error;
  }
}

/** What the phone has of an address, at once; undefined when it has nothing. */
export function peek<P extends With<'get'>>(path: P, options: Options<paths[P]['get']> = {}): Answer<paths[P]['get']> | undefined {
  return kept(mark(addressOf(path, options.path, options.query)))?.body as Answer<paths[P]['get']> | undefined;
}

export function post<P extends With<'post'>>(path: P, options: Options<paths[P]['post']> = {}): Promise<Answer<paths[P]['post']>> {
  return write('POST', path, options) as Promise<Answer<paths[P]['post']>>;
}

export function put<P extends With<'put'>>(path: P, options: Options<paths[P]['put']> = {}): Promise<Answer<paths[P]['put']>> {
  return write('PUT', path, options) as Promise<Answer<paths[P]['put']>>;
}

export function remove<P extends With<'delete'>>(path: P, options: Options<paths[P]['delete']> = {}): Promise<Answer<paths[P]['delete']>> {
  return write('DELETE', path, options) as Promise<Answer<paths[P]['delete']>>;
}

export function patch<P extends With<'patch'>>(path: P, options: Options<paths[P]['patch']> = {}): Promise<Answer<paths[P]['patch']>> {
  return write('PATCH', path, options) as Promise<Answer<paths[P]['patch']>>;
}

/** A key for one intent of the person, kept until the server has answered. */
export function newKey(): string {
  const part = (): string => Math.random().toString(36).slice(2, 12);
  return `${Date.now().toString(36)}-${part()}${part()}`;
}

async function write(method: Method, path: string, options: { path?: unknown; query?: unknown; body?: unknown; key?: string }): Promise<unknown> {
  const header: Record<string, string> = options.key ? { 'idempotency-key': options.key } : {};
  const address = addressOf(path, options.path, options.query);
  const got = await retried({ method, address, body: options.body as object | undefined, header, isRepeatable: options.key !== undefined });
  return got.body;
}

/** A revoked or old token is renewed once, silently, where WeChat still knows the person. */
async function retried(asked: Parameters<typeof ask>[0]): ReturnType<typeof ask> {
  const token = read('token');
  try {
    return await ask(asked);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401 || asked.address.startsWith('/auth/')) throw error;
    // Another request may have renewed it while this one was on its way.
    if (read('token') === token && !(await signInAgain())) throw error;
    return ask(asked);
  }
}

function addressOf(path: string, inPath: unknown, query: unknown): string {
  const filled = Object.entries((inPath ?? {}) as Record<string, string | number>).reduce(
    (address, [name, value]) => address.replace(`{${name}}`, encodeURIComponent(String(value))),
    path,
  );
  const pairs = Object.entries((query ?? {}) as Record<string, string | number | null | undefined>)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return pairs.length > 0 ? `${filled}?${pairs.join('&')}` : filled;
}

/** Answers are in a language, and one person's. */
function mark(address: string): string {
  return `${read('locale') ?? ''}${address}`;
}
