import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { makeSite } from '../support/fault-site.ts';
import { dataFolder } from '../support/fw.ts';
import { findProcesses, waitGone } from '../support/programs.ts';
import { runBuilt } from '../support/run-built.ts';

type Status = { pending: { watched: boolean; live: boolean | null }[]; unfinished: unknown[]; last: unknown };

/** An apply that waits, whose data folder is moved while it does. */
function makeMoved(backend: Backend, time: string) {
  const site = makeSite(backend);
  expect(site.fw('apply', '--auto-approve', '--confirm', time)).toMatchObject({ status: 0 });
  const [watchdog = 0] = findProcesses('watchdog', site.data);
  expect(watchdog).toBeGreaterThan(0);
  const moved = join(dataFolder(), 'moved');
  renameSync(site.data, moved);
  const fw = (...words: string[]) => runBuilt([...words, '--state', site.state, '--data-dir', moved]);
  const status = () => JSON.parse(fw('status', '--json').stdout) as Status;
  return { site, watchdog, fw, status };
}

describe.each<Backend>(['nft', 'legacy'])(
  'a data folder that is moved while an apply waits to be confirmed (%s)',
  (backend) => {
    test('the watchdog goes back, the folder is not made anew, and the moved one tells how it ended', () => {
      const { site, watchdog, fw, status } = makeMoved(backend, '5s');
      expect(status()).toMatchObject({ pending: [{ watched: true, live: true }] });
      for (const words of [['status'], ['plan'], ['history'], ['recover'], ['confirm'], ['confirm', '--reject']]) {
        site.fw(...words);
        expect(existsSync(site.data), words.join(' ')).toBe(false);
      }
      waitGone(watchdog);
      expect(site.isBack()).toBe(true);
      expect(existsSync(site.data)).toBe(false);
      expect(status()).toMatchObject({
        pending: [],
        unfinished: [],
        last: { outcome: 'rolled-back', why: 'not confirmed' },
      });
      expect(fw('apply', '--auto-approve')).toMatchObject({ status: 0 });
      expect(fw('history').stdout).toContain('not confirmed');
    });

    test('it is confirmed or taken back in the moved folder, and its watchdog sees that', () => {
      for (const words of [['confirm'], ['confirm', '--reject']]) {
        const { site, watchdog, fw, status } = makeMoved(backend, '10m');
        expect(fw(...words), words.join(' ')).toMatchObject({ status: 0 });
        waitGone(watchdog);
        expect(site.isBack()).toBe(words.length === 2);
        expect(status()).toMatchObject({ pending: [], unfinished: [] });
        expect(existsSync(site.data)).toBe(false);
      }
    });
  },
);
