import { defineConfig } from 'vitest/config';

/** Where a machine wants to read the results, as `.ci/run` does: the path of a JSON file. */
const report = process.env.TEST_REPORT;

/** Tests that start whole installations, kill them or measure time: one file after the other. */
const WHOLE = ['test/{flow,faults,services,e2e}/**/*.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: WHOLE,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: { name: 'whole', include: WHOLE, maxWorkers: 1, testTimeout: 120_000, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
