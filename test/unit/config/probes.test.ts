import { describe, expect, it } from 'vitest';
import { formatProbes, type Probe, runProbes } from '../../../src/config/probes.ts';

describe('runProbes', () => {
  it('tries all, and says what was found, why not, and what never answered', async () => {
    let aborted = false;
    const probes: Probe[] = [
      { name: 'broker', run: async () => 'MQTT 5, Receive Maximum 20' },
      { name: 'database', run: () => Promise.reject(new Error('connection refused')) },
      {
        name: 'redis',
        run: (signal) => {
          signal.addEventListener('abort', () => {
            aborted = true;
          });
          return new Promise<string>(() => undefined);
        },
      },
    ];
    const results = await runProbes(probes, 50);
    expect(results).toEqual([
      { name: 'broker', ok: true, detail: 'MQTT 5, Receive Maximum 20' },
      { name: 'database', ok: false, detail: 'connection refused' },
      { name: 'redis', ok: false, detail: 'no answer within 0.05 s' },
    ]);
    expect(aborted).toBe(true);
    expect(formatProbes(results)).toBe(
      'ok      broker: MQTT 5, Receive Maximum 20\nFAILED  database: connection refused\nFAILED  redis: no answer within 0.05 s',
    );
  });
});
