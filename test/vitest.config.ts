import { defineConfig } from 'vitest/config';

// Times are shown in the zone of the process; tests compare texts of one zone, wherever they run.
process.env.TZ = 'UTC';

// Three projects of `npm test`: `pure` starts no process, `cli` starts the built fw, `kernel` works on real network namespaces. Two to four files run at a time:
// namespaces are each test's own, and a test that holds the host-wide lock of the legacy backend holds it for less than others wait for it.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'pure',
          include: ['test/{architecture,words}.test.ts', 'test/{unit,property,golden,faults}/**/*.test.{ts,tsx}'],
          root: new URL('..', import.meta.url).pathname,
          // Screens are drawn into streams of the test. Ink draws no live row where CI is set, and a pipeline that runs these tests sets it.
          env: { CI: 'false', CONTINUOUS_INTEGRATION: 'false' },
          // Properties compute for seconds; beside other work on the machine that is many times as long. The limit ends what hangs, and judges no speed.
          testTimeout: 240_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'cli',
          include: ['test/cli/**/*.test.ts'],
          root: new URL('..', import.meta.url).pathname,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts'],
          root: new URL('..', import.meta.url).pathname,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        // What is released, by `npm run release-test`: it takes minutes and fetches 200 MB, so it is no part of `npm test`.
        test: {
          name: 'release',
          include: ['test/release/**/*.test.ts'],
          root: new URL('..', import.meta.url).pathname,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
