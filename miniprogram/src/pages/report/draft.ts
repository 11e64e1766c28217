/** What a report begins with, and how one that waits in the queue is opened for editing again. */
import { newKey } from '../../core/api';
import type { Draft } from '../../core/draft';
import type { Waiting } from '../../core/queue';

export function emptyDraft(roomId: number): Draft {
  return {
    groupId: 0,
    categoryId: 0,
    danger: '',
    isPublic: false,
    roomId,
    areaId: 0,
    description: '',
    files: [],
    isBooked: false,
    dayIndex: 0,
    slot: -1,
    access: 'call_first',
    key: newKey(),
  };
}

/** Whether there is anything in it that a person would miss. */
export function isTouched(draft: Draft): boolean {
  return draft.categoryId > 0 || draft.description.trim() !== '' || draft.files.length > 0;
}

/** The booked time is chosen anew: it may have passed meanwhile. */
export function draftOf(one: Waiting): Draft {
  return {
    ...emptyDraft(one.body.room_id ?? 0),
    categoryId: one.body.category_id,
    danger: one.body.has_danger == null ? '' : one.body.has_danger ? 'yes' : 'no',
    isPublic: Boolean(one.body.public_area_id),
    areaId: one.body.public_area_id ?? 0,
    description: one.body.description,
    files: one.files,
    access: one.body.access ?? 'call_first',
    key: one.key,
  };
}
