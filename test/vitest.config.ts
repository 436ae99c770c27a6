import { defineConfig } from 'vitest/config';

// Three projects: `pure` starts no process, `cli` starts the built fw, `kernel` works on real network namespaces. Two or three files run at a time:
// namespaces are each test's own, and a test that holds the host-wide lock of the legacy backend holds it for less than others wait for it.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'pure',
          include: ['test/{architecture,words}.test.ts', 'test/{unit,property,golden,faults}/**/*.test.{ts,tsx}'],
          root: new URL('..', import.meta.url).pathname,
          // Properties compute for a second or two; beside other work on the machine that is many times as long.
          testTimeout: 60_000,
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
          root: new URL('..', import.meta.url).pathname,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
