import { defineConfig } from 'vitest/config';

// Four projects: `pure` starts no process, `cli` starts the built fw, `kernel` works on real network namespaces, and `alone` holds the
// host-wide legacy lock for long, or measures who was first, so that its files run one after the other and beside nothing else.
const ALONE = ['test/kernel/{concurrency,signals,soak,timers}.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'pure',
          include: ['test/architecture.test.ts', 'test/{unit,property,golden,faults}/**/*.test.{ts,tsx}'],
          root: new URL('..', import.meta.url).pathname,
        },
      },
      {
        test: {
          name: 'cli',
          include: ['test/cli/**/*.test.ts'],
          root: new URL('..', import.meta.url).pathname,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts'],
          exclude: ALONE,
          root: new URL('..', import.meta.url).pathname,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'alone',
          include: ALONE,
          root: new URL('..', import.meta.url).pathname,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
