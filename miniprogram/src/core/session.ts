/** Who is signed in: WeChat's code for a token, a phone bound once, and a silent renewal. */
import { clearCache } from './cache';
import { ask } from './http';
import { forget, read, write } from './store';
import type { components } from '../../typings/api';
import { setLook } from './look';

type Schemas = components['schemas'];
type Entry = { status: 'signed_in' } | { status: 'bind'; ticket: string };
let renewing: Promise<boolean> | undefined;

export function isSignedIn(): boolean {
  return Boolean(read('token'));
}

/** Sign in with what `wx.login` gives; a fresh code every time, since each works once. */
export async function signIn(): Promise<Entry> {
  const { code } = await wx.login();
  const got = await ask({ method: 'POST', address: '/auth/wechat', body: { code }, isRepeatable: false });
  const answer = got.body as Schemas['Token'] | Schemas['BindNeeded'];
  if ('ticket' in answer) return { status: 'bind', ticket: answer.ticket };
  await begin(answer);
  return { status: 'signed_in' };
}

/** Tie a phone to this WeChat identity, by WeChat's own proof or by a one-time code. */
export async function bind(body: Schemas['Bind']): Promise<void> {
  const got = await ask({ method: 'POST', address: '/auth/bind', body, isRepeatable: false });
  await begin(got.body as Schemas['Token']);
}

/** Renew a token that no longer holds, or lead to the way in; many refused requests renew once. */
export function signInAgain(): Promise<boolean> {
  renewing ??= renew().finally(() => {
    renewing = undefined;
  });
  return renewing;
}

/** Read who one is, and take over language and type size. */
export async function readMe(): Promise<Schemas['Me']> {
  const got = await ask({ method: 'GET', address: '/me', isRepeatable: true });
  const me = got.body as Schemas['Me'];
  keepMe(me);
  return me;
}

export function keepMe(me: Schemas['Me']): void {
  write('me', me);
  setLook({ isElder: me.is_elder, ...(me.locale === 'zh' || me.locale === 'en' ? { locale: me.locale } : {}) });
}

export async function signOut(): Promise<void> {
  await ask({ method: 'POST', address: '/auth/logout', isRepeatable: false }).catch(() => undefined);
  end();
}

/** Forget the person on this phone; what waits to be sent stays, it is theirs when they come back. */
export function end(): void {
  forget('token');
  forget('me');
  forget('roomId');
  clearCache();
  toLogin();
}

async function begin(token: Schemas['Token']): Promise<void> {
  write('token', token.token);
  await readMe();
}

async function renew(): Promise<boolean> {
  forget('token');
  try {
    if ((await signIn()).status === 'signed_in') return true;
  } catch {
    // No network or no WeChat: the way in says so.
  }
  toLogin();
  return false;
}

function toLogin(): void {
  const pages = getCurrentPages();
  if (pages[pages.length - 1]?.route !== 'pages/login/login') void wx.reLaunch({ url: '/pages/login/login' });
}
