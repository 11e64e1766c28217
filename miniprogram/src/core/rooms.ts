/** The own rooms as pages name them, and the one of which they speak. */
import { get, type Schemas } from './api';
import { choose } from './page';
import { read, write } from './store';
import { locale } from './text';

export type Room = Schemas['RoomOut'];

export function roomName(room: Room): string {
  return `${room.estate_name} · ${locale() === 'en' ? room.code : room.label}`;
}

/** The chosen one, else the first; undefined when there is none. */
export function inView(rooms: readonly Room[]): Room | undefined {
  return rooms.find((one) => one.id === read('roomId')) ?? rooms[0];
}

export async function ownRooms(): Promise<Room[]> {
  return (await get('/rooms')).items;
}

/** Let the person choose of which room the pages speak; says whether that changed. */
export async function chooseRoom(rooms: readonly Room[]): Promise<boolean> {
  const room = rooms[await choose(rooms.map(roomName))];
  if (!room) return false;
  write('roomId', room.id);
  return true;
}
