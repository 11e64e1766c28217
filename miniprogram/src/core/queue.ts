/** Reports that were written without a network: sent in order when it is back, each exactly once. */
import { post, type Schemas } from './api';
import { isOnline, watchNetwork } from './network';
import { toast } from './page';
import { Refusal, sentence } from './problem';
import { isSignedIn } from './session';
import { read, write } from './store';
import { text } from './text';
import { dropFile, send, type File } from './upload';

export interface Waiting {
  key: string;
  body: Schemas['Report'];
  files: File[];
  title: string;
  at: number;
  /** What the server did not take; empty while it only waits. */
  problem: string;
}

type Hear = (count: number) => void;
const hearers = new Set<Hear>();
let isSending = false;

export function waiting(): Waiting[] {
  return read('queue') ?? [];
}

export function watchQueue(hear: Hear): () => void {
  hearers.add(hear);
  return () => void hearers.delete(hear);
}

export function put(one: Waiting): void {
  save([...waiting(), one]);
}

export function drop(key: string): void {
  for (const file of waiting().find((one) => one.key === key)?.files ?? []) dropFile(file.path);
  save(waiting().filter((one) => one.key !== key));
}

/** Take one out to be edited; its files stay. */
export function take(key: string): Waiting | undefined {
  const found = waiting().find((one) => one.key === key);
  save(waiting().filter((one) => one.key !== key));
  return found;
}

/** Send what waits, the oldest first; one that is refused stays with its reason, the next is tried. */
export async function flush(): Promise<void> {
  if (isSending || !isOnline() || !isSignedIn()) return;
  isSending = true;
  try {
    for (const one of waiting()) {
      if (!(await sent(one))) return;
    }
  } finally {
    isSending = false;
  }
}

export function startQueue(): void {
  watchNetwork((is) => {
    if (is) void flush();
  });
  void flush();
}

/** Whether to go on: the network is there still. */
async function sent(one: Waiting): Promise<boolean> {
  try {
    for (const file of one.files) {
      if (file.id) continue;
      file.id = await send(file, () => undefined, (uploadId) => (file.uploadId = uploadId));
      replace(one);
    }
    await post('/repairs', { body: { ...one.body, photo_ids: one.files.map((file) => file.id) }, key: one.key });
    drop(one.key);
    toast(text().report.done);
    return true;
  } catch (error) {
    const isPassing = error instanceof Refusal && error.isPassing;
    replace({ ...one, problem: isPassing ? '' : sentence(error) });
    return !isPassing;
  }
}

function replace(one: Waiting): void {
  save(waiting().map((other) => (other.key === one.key ? one : other)));
}

function save(all: Waiting[]): void {
  write('queue', all);
  for (const hear of hearers) hear(all.length);
}
