/** One request: the token, the language, the time, and every way in which it can fail. */
import { learnTime } from './clock';
import { API } from './config';
import { setOnline } from './network';
import { Refusal, refusalOf } from './problem';
import { read } from './store';
import { locale, text } from './text';

const PATIENCE_MS = 15_000;
const PAUSES_MS = [600, 1800];

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export interface Asked {
  method: Method;
  address: string;
  body?: object | ArrayBuffer;
  header?: Record<string, string>;
  /** Whether asking twice does no harm: reads, and writes with an idempotency key. */
  isRepeatable: boolean;
}
export interface Got {
  status: number;
  body: unknown;
  tag: string;
}

export function headers(more: Record<string, string> = {}): Record<string, string> {
  const token = read('token');
  return { 'accept-language': locale(), ...(token ? { authorization: `Bearer ${token}` } : {}), ...more };
}

/** Ask, and ask again where that is safe. Raises Refusal; never waits without an end. */
export async function ask(asked: Asked): Promise<Got> {
  for (const pause of [...PAUSES_MS, 0]) {
    try {
      return await once(asked);
    } catch (error) {
      const isPassing = error instanceof Refusal && error.isPassing && error.status !== 429;
      if (!asked.isRepeatable || !isPassing || pause === 0) throw error;
      await sleep(pause);
    }
  }
  throw new Refusal(0, text().common.offline);
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function once(asked: Asked): Promise<Got> {
  return new Promise((resolve, reject) => {
    const isBinary = asked.body instanceof ArrayBuffer;
    wx.request({
      url: API + asked.address,
      // The typings know no PATCH; WeChat sends it.
      method: asked.method as 'GET',
      header: headers({ 'content-type': isBinary ? 'application/octet-stream' : 'application/json', ...asked.header }),
      data: asked.body === undefined || isBinary ? (asked.body as ArrayBuffer) : JSON.stringify(asked.body),
      // As text: WeChat would hand out what it cannot parse as it is, and nobody would notice.
      dataType: '其他',
      timeout: PATIENCE_MS,
      success: (answer) => {
        setOnline(true);
        settle(answer, resolve, reject);
      },
      fail: () => {
        setOnline(false);
        reject(new Refusal(0, text().common.offline));
      },
    });
  });
}

function settle(answer: WechatMiniprogram.RequestSuccessCallbackResult, resolve: (got: Got) => void, reject: (why: Refusal) => void): void {
  const status = answer.statusCode;
  const header = lower(answer.header);
  learnTime(header['date']);
  if (status === 304 || status === 204) return resolve({ status, body: undefined, tag: header['etag'] ?? '' });
  const body = parsed(answer.data);
  if (status >= 200 && status < 300 && body !== undefined) return resolve({ status, body, tag: header['etag'] ?? '' });
  return reject(refusalOf(status, body, header['retry-after']));
}

export function parsed(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return undefined;
  }
}

function lower(header: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(header).map(([name, value]) => [name.toLowerCase(), value]));
}
