import { defineConfig } from 'vitest/config';

/** Where a machine wants to read the results, as `.ci/run` does: the path of a JSON file. */
const report = process.env.TEST_REPORT;

/** Tests that keep nothing outside of themselves: modules are loaded once a worker and not once a file, at half the time. */
const PURE = [
  'test/unit/{api,codecs,config,console,domain,evaluation,prognostics,rules,simulators,watch}/**/*.test.ts',
];
/** Tests that start whole installations and kill them. They wait much, so two files share the machine. */
const WHOLE = ['test/{flow,faults,services,e2e}/**/*.test.ts'];
/** Those of them that a busy machine makes fail: an alarm on its load, an end within its time, samples within the grace. */
const ALONE = ['test/services/{prometheus,sharded,stopInTime}.test.ts'];

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
        test: { name: 'pure', include: PURE, isolate: false, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [...PURE, ...WHOLE],
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: WHOLE,
          exclude: ALONE,
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ALONE,
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
