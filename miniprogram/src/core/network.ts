/** Whether there is a network, as the last request and WeChat itself say; the band under the title watches it. */
type Hear = (isOnline: boolean) => void;
const hearers = new Set<Hear>();
let online = true;

export function isOnline(): boolean {
  return online;
}

export function setOnline(is: boolean): void {
  if (online === is) return;
  online = is;
  for (const hear of hearers) hear(is);
}

/** Hear of changes until the returned function is called. */
export function watchNetwork(hear: Hear): () => void {
  hearers.add(hear);
  return () => void hearers.delete(hear);
}

export function startNetwork(): void {
  wx.onNetworkStatusChange(({ isConnected }) => setOnline(isConnected));
}
