import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { drive } from '../support/driver.ts';
import { makeSite } from '../support/fault-site.ts';
import { runBuilt } from '../support/run-built.ts';
import { writeFiles } from '../support/state-folder.ts';

const LOOKS = [['plan'], ['drift'], ['blame', 'NAME/ipv4/filter/fw-INPUT']] as const;

/** What commands that compare with live rules say on standard error. */
function warnings(site: ReturnType<typeof makeSite>): readonly string[] {
  return LOOKS.map(([command, chain]) => {
    const state = command === 'plan' ? ['--state', site.state] : [];
    const words = [command, ...(chain === undefined ? [] : [chain.replace('NAME', site.name)])];
    return runBuilt([...words, ...state, '--data-dir', site.data]).stderr;
  });
}

describe('plan, drift and blame say that live rules are not kept yet', () => {
  test('while an apply waits to be confirmed, and no longer when it is', () => {
    const site = makeSite('nft');
    expect(runBuilt(site.apply)).toMatchObject({ status: 0 });
    writeFiles(site.state, { 'a.yaml': document(site).replace('--dport 80', '--dport 81') });
    const applied = runBuilt([...site.apply, '--confirm', '60s']);
    expect(applied).toMatchObject({ status: 0 });
    // The user who confirms has another shell, which knows nothing of this data folder.
    for (const { stdout } of [applied, runBuilt(['status', '--data-dir', site.data])])
      expect(stdout).toMatch(new RegExp(`fw confirm \\S+-\\d+ --data-dir ${site.data}`));
    for (const said of warnings(site))
      expect(said).toMatch(
        /^Warning: the apply \S+ of \S+ waits to be confirmed: what it made live goes back at \S+ .* unless it is\.\n/,
      );
    expect(runBuilt(['confirm', '--data-dir', site.data])).toMatchObject({ status: 0 });
    expect(warnings(site)).toEqual(['', '', '']);
  });

  test('while the checks of an apply run', async () => {
    const site = makeSite('nft');
    expect(runBuilt(site.apply)).toMatchObject({ status: 0 });
    const next = document(site).replace('--dport 80', '--dport 81');
    writeFiles(site.state, { 'a.yaml': `${next}checks:\n  - command: [/bin/true]\n    timeout: 60s\n` });
    const run = drive(site.apply, '^spawn .*/bin/true');
    await run.reached;
    for (const said of warnings(site))
      expect(said).toMatch(
        /^Warning: the apply \S+ of \S+ is not concluded \(at work: fw apply, pid \d+, .*\): what is live now may go back\.\n/,
      );
    await run.resume();
    expect(await run.ended).toMatchObject({ status: 0 });
    expect(warnings(site)).toEqual(['', '', '']);
  });
});

function document({ state }: ReturnType<typeof makeSite>): string {
  return readFileSync(join(state, 'a.yaml'), 'utf8');
}
