/** Which of the own rooms the phone stands at. */
import type { Schemas } from './api';

export interface Place {
  latitude: number;
  longitude: number;
}

const NEAR_METRES = 400;
const METRES_PER_DEGREE = 111_320;

/** Ask the phone where it is; undefined when the person or the phone does not say. */
export async function whereAmI(): Promise<Place | undefined> {
  try {
    const { latitude, longitude } = await wx.getLocation({ type: 'wgs84' });
    return { latitude, longitude };
  } catch {
    return undefined;
  }
}

/** The nearest own room within a walk; undefined when none is near or none has a place. */
export function nearestRoom(rooms: readonly Schemas['RoomOut'][], place: Place): Schemas['RoomOut'] | undefined {
  const far = (room: Schemas['RoomOut']): number => {
    if (room.latitude === null || room.longitude === null) return Infinity;
    const east = (room.longitude - place.longitude) * Math.cos((place.latitude * Math.PI) / 180);
    return Math.hypot(east, room.latitude - place.latitude) * METRES_PER_DEGREE;
  };
  const [nearest] = [...rooms].sort((one, other) => far(one) - far(other));
  return nearest && far(nearest) <= NEAR_METRES ? nearest : undefined;
}
