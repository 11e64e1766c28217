/** Photos whole, videos in pieces that go on where a broken connection stopped; and files that outlive the app. */
import type { Schemas } from './api';
import { API } from './config';
import { ask, headers, parsed } from './http';
import { Refusal, refusalOf } from './problem';
import { text } from './text';

export interface File {
  /** Where it lies on the phone. */
  path: string;
  kind: 'photo' | 'video';
  size: number;
  /** What to show for it. */
  cover: string;
  /** The server's name for it, once it is there. */
  id: string;
  /** The upload in pieces that was begun for it. */
  uploadId: string;
  progress: number;
  problem: string;
}

const MOST_TRIES = 3;
type Progress = (percent: number) => void;

/** Send one file and return its id; what has arrived already is not sent again. Raises Refusal. */
export function send(file: File, onProgress: Progress, onBegun: (uploadId: string) => void = () => undefined): Promise<string> {
  return file.kind === 'photo' ? whole(file, onProgress) : inPieces(file, onProgress, onBegun);
}

/** Keep a chosen file beyond this run of the app, for a report that waits for the network. */
export function keepFile(path: string): Promise<string> {
  return new Promise((resolve) => {
    if (path.startsWith(wx.env.USER_DATA_PATH) || path.startsWith('wxfile://usr') || path.startsWith('wxfile://store')) return resolve(path);
    wx.getFileSystemManager().saveFile({
      tempFilePath: path,
      success: ({ savedFilePath }) => resolve(savedFilePath),
      fail: () => resolve(path),
    });
  });
}

export function dropFile(path: string): void {
  wx.getFileSystemManager().unlink({ filePath: path, fail: () => undefined });
}

function whole(file: File, onProgress: Progress): Promise<string> {
  return new Promise((resolve, reject) => {
    const task = wx.uploadFile({
      url: `${API}/media`,
      filePath: file.path,
      name: 'file',
      header: headers(),
      success: ({ statusCode, data }) => {
        const body = parsed(data);
        if (statusCode === 201) resolve((body as Schemas['MediaOut']).id);
        else reject(refusalOf(statusCode, body, undefined));
      },
      fail: () => reject(new Refusal(0, text().common.offline)),
    });
    task.onProgressUpdate(({ progress }) => onProgress(progress));
  });
}

async function inPieces(file: File, onProgress: Progress, onBegun: (uploadId: string) => void): Promise<string> {
  let state = await stateOf(file);
  onBegun(state.upload_id);
  let stuck = 0;
  while (state.received_bytes < state.size_bytes) {
    const before = state.received_bytes;
    const data = await bytes(file.path, before, Math.min(state.chunk_bytes, state.size_bytes - before));
    state = await piece(state, data);
    stuck = state.received_bytes > before ? 0 : stuck + 1;
    if (stuck === MOST_TRIES) throw new Refusal(0, text().common.offline);
    onProgress(Math.floor((state.received_bytes / state.size_bytes) * 100));
  }
  const done = await ask({ method: 'POST', address: `/media/uploads/${state.upload_id}/complete`, isRepeatable: true });
  return (done.body as Schemas['MediaOut']).id;
}

/** Where to go on: at the upload that was begun, or at a new one when that is gone. */
async function stateOf(file: File): Promise<Schemas['UploadState']> {
  if (file.uploadId) {
    try {
      return (await ask({ method: 'GET', address: `/media/uploads/${file.uploadId}`, isRepeatable: true })).body as Schemas['UploadState'];
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 404) throw error;
    }
  }
  const body: Schemas['UploadStart'] = { kind: file.kind, size_bytes: file.size };
  return (await ask({ method: 'POST', address: '/media/uploads', body, isRepeatable: true })).body as Schemas['UploadState'];
}

/** Send a piece; when the answer to the one before was lost, the server says where it is. */
async function piece(state: Schemas['UploadState'], data: ArrayBuffer): Promise<Schemas['UploadState']> {
  const address = `/media/uploads/${state.upload_id}`;
  try {
    const got = await ask({ method: 'PUT', address: `${address}?offset=${state.received_bytes}`, body: data, isRepeatable: false });
    return got.body as Schemas['UploadState'];
  } catch (error) {
    if (!(error instanceof Refusal) || !(error.status === 409 || error.isPassing)) throw error;
    const got = await ask({ method: 'GET', address, isRepeatable: true });
    return got.body as Schemas['UploadState'];
  }
}

function bytes(path: string, position: number, length: number): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    wx.getFileSystemManager().readFile({
      filePath: path,
      position,
      length,
      success: ({ data }) => resolve(data as ArrayBuffer),
      fail: () => reject(new Refusal(0, text().common.broken)),
    });
  });
}
