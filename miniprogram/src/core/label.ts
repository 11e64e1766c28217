/** QR labels on lifts, pumps, doors and areas: the code is the last part of the address that the QR holds. */
const ADDRESS = /\/report\/([\w-]{1,40})\/?(?:[?#].*)?$/;

/** The code in what was scanned; empty when it is no label of ours. */
export function codeOf(scanned: string): string {
  return ADDRESS.exec(scanned.trim())?.[1] ?? '';
}

/** Let the person scan; undefined when they think better of it, empty when it was no label. */
export async function scanLabel(): Promise<string | undefined> {
  const scanned = await wx.scanCode({ scanType: ['qrCode'] }).catch(() => undefined);
  return scanned && codeOf(scanned.result);
}
