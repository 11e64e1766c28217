/** A report that is being written, kept on the phone until it is sent. */
import type { Schemas } from './api';
import type { File } from './upload';
import { forget, read, write } from './store';

export interface Draft {
  groupId: number;
  categoryId: number;
  /** Whether one of the kind's danger questions was answered with yes; empty until somebody answers. */
  danger?: 'yes' | 'no' | '';
  isPublic: boolean;
  roomId: number;
  areaId: number;
  description: string;
  files: File[];
  isBooked: boolean;
  dayIndex: number;
  slot: number;
  access: Schemas['Access'];
  /** The key of this intent: a second tap, or a second try after a broken answer, makes no second order. */
  key: string;
}

export function readDraft(): Draft | undefined {
  return read('draft');
}

export function keepDraft(draft: Draft): void {
  write('draft', draft);
}

export function dropDraft(): void {
  forget('draft');
}
