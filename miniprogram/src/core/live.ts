/** Live progress: a socket that says what has changed, opened again when it breaks; meanwhile the page in view asks. */
import { LIVE } from './config';
import { isOnline, watchNetwork } from './network';
import { read } from './store';

const POLL_MS = 15_000;
const LONGEST_PAUSE_MS = 30_000;
interface Listening {
  onLive?: () => void;
}

let task: WechatMiniprogram.SocketTask | undefined;
let isOpen = false;
let isWanted = false;
let failures = 0;
let timer = 0;
let polling = 0;

/** Begin when the app comes into view. */
export function startLive(): void {
  if (isWanted) return;
  isWanted = true;
  polling = setInterval(() => {
    if (!isOpen && read('token')) tellPage();
  }, POLL_MS) as unknown as number;
  connect();
}

/** Try at once: somebody has just signed in. */
export function nudgeLive(): void {
  failures = 0;
  connect();
}

/** End when it leaves the view: WeChat would cut the socket anyway. */
export function stopLive(): void {
  isWanted = false;
  clearInterval(polling);
  clearTimeout(timer);
  task?.close({});
}

watchNetwork((is) => {
  if (is && isWanted && !isOpen) connect();
});

function connect(): void {
  clearTimeout(timer);
  if (task || !isWanted || !isOnline()) return;
  const token = read('token');
  if (!token) return again();
  const socket = wx.connectSocket({ url: LIVE });
  task = socket;
  // The token goes in the first message, never in the address, which servers log.
  socket.onOpen(() => socket.send({ data: JSON.stringify({ token }) }));
  socket.onMessage(({ data }) => {
    isOpen = true;
    failures = 0;
    if (String(data).includes('changed')) tellPage();
  });
  socket.onClose(() => lost(socket));
  socket.onError(() => lost(socket));
}

function lost(socket: WechatMiniprogram.SocketTask): void {
  if (task !== socket) return;
  task = undefined;
  isOpen = false;
  again();
}

function again(): void {
  if (!isWanted) return;
  failures += 1;
  timer = setTimeout(connect, Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** Math.min(failures, 5))) as unknown as number;
}

function tellPage(): void {
  const pages = getCurrentPages();
  (pages[pages.length - 1] as Listening | undefined)?.onLive?.();
}
