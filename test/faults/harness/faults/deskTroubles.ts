import { DESK_MOODS } from '../desk.ts';
import type { FaultFamily } from './fault.ts';

/** The service desk answers late, never, with an error, or takes the ticket and drops the connection. */
export const deskTroubles: FaultFamily = () =>
  DESK_MOODS.filter((mood) => mood !== 'well').map((mood) => ({
    name: `desk ${mood}`,
    breaks: 'desk',
    lasts: [2, 8],
    async inject({ desk }) {
      desk.mood = mood;
      return () => {
        desk.mood = 'well';
      };
    },
  }));
