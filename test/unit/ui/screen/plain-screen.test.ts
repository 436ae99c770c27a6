import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openPlainScreen } from '../../../../src/ui/screen/plain-screen.ts';
import type { Screen } from '../../../../src/ui/screen/screen.ts';

const step = { namespace: { kind: 'named', name: 'blue' }, family: 'ipv4', table: 'filter' } as const;

function open(): { readonly screen: Screen; readonly out: string[]; readonly err: string[] } {
  const [out, err]: [string[], string[]] = [[], []];
  const into = (texts: string[]) => ({
    write(text: string, written?: () => void) {
      if (text !== '') texts.push(text);
      written?.();
    },
  });
  const layout = { width: 80, colour: false, unicode: false };
  return {
    screen: openPlainScreen({ ...layout, stdout: into(out), stderr: into(err), now: () => Date.now() }),
    out,
    err,
  };
}

describe('openPlainScreen', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('prints results on stdout and, when all goes well, nothing else', async () => {
    const { screen, out, err } = open();
    screen.report({ kind: 'phase', phase: 'apply' });
    screen.report({ kind: 'steps', total: 1 });
    screen.report({ kind: 'step.start', step });
    screen.report({ kind: 'step.done', step });
    screen.printLines(['one', 'two']);
    await screen.close();
    expect({ out, err }).toEqual({ out: ['one\ntwo\n'], err: [] });
  });

  it('gives a sign of life every ten seconds until it is closed', async () => {
    const { screen, err } = open();
    screen.report({ kind: 'phase', phase: 'apply' });
    screen.report({ kind: 'steps', total: 14 });
    screen.report({ kind: 'step.start', step });
    vi.advanceTimersByTime(25_000);
    await screen.close();
    vi.advanceTimersByTime(60_000);
    expect(err).toEqual([
      'fw: Applying  0/14  blue ipv4 filter  10 s\n',
      'fw: Applying  0/14  blue ipv4 filter  20 s\n',
    ]);
  });

  it('tells failures and the way back as they happen', () => {
    const { screen, err } = open();
    screen.report({ kind: 'step.failed', step, output: 'line 4 failed\x1b[2J\n' });
    screen.report({ kind: 'rollback.start', sets: 0, total: 1 });
    screen.report({ kind: 'rollback.failed', step });
    expect(err.join('')).toBe(
      '  blue ipv4 filter  failed\n    | line 4 failed\\x1b[2J\nRolling back 1 step, newest first.\n  blue ipv4 filter  NOT restored\n',
    );
  });

  it('cannot ask and names the flag that answers', async () => {
    const { screen } = open();
    await expect(screen.ask(['Apply?'], 'yes')).rejects.toMatchObject({
      code: 'apply.unapproved',
      next: expect.stringContaining('--auto-approve'),
    });
  });
});
