import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffTable } from '../../src/core/diff/diff-table.ts';
import { ownershipOf } from '../../src/core/ownership/ownership.ts';
import type { Backend, Table, TableName } from '../../src/core/rules/types.ts';
import { arbitraryTable, withCounters } from '../support/arbitrary-ruleset.ts';
import { compileText } from '../support/restore-text.ts';
import { simulate } from '../support/simulate.ts';
import { saveText, tableOf } from '../support/table-of.ts';

const SETTINGS = { seed: 20261124, numRuns: 60 };

const canUnshare = spawnSync('unshare', ['-n', 'true']).status === 0;
if (!canUnshare) console.error('SKIPPED test/kernel/compile.test.ts: no right to make a network namespace');

it('has a network namespace to work in where one is required', () => {
  expect(canUnshare || process.env.FW_REQUIRE_KERNEL !== '1').toBe(true);
});

describe.runIf(canUnshare).each(['nft', 'legacy'] as const)('the kernel on %s', (backend) => {
  it.each(['filter', 'nat', 'mangle'] as const)(
    'does to a %s table what the simulator does, there and back',
    (name) => {
      const table = arbitraryTable({ name, maxRules: 8 });
      fc.assert(
        fc.property(table, table, (plain, b) => {
          const a = withCounters(plain);
          const there = compileStep(a, b, backend);
          const made = simulate(a, there, { backend });
          const back = compileStep(made, a, backend);
          const wanted = [a, made, simulate(made, back, { backend })].map(saveText);
          expect(runInNamespace(backend, name, [saveText(a), there, back])).toEqual(wanted.map(saved));
        }),
        { ...SETTINGS, numRuns: SETTINGS.numRuns / 3 },
      );
    },
  );

  it('makes a table that did not exist', () => {
    fc.assert(
      fc.property(arbitraryTable({ name: 'mangle', maxRules: 8 }), (plain) => {
        const b = withCounters(plain);
        const text = compileStep(undefined, b, backend);
        const [made] = runInNamespace(backend, 'mangle', [text]);
        expect(made).toEqual(saved(saveText(simulate(undefined, text, { backend }))));
      }),
      { ...SETTINGS, numRuns: 20 },
    );
  });

  it('takes a step in shared chains and keeps what others added to them', () => {
    const a = tableOf(
      'filter',
      [':INPUT DROP [5:50]', '[1:10] -A INPUT -s 10.0.0.1/32 -j DROP', ':fw-INPUT -'].join('\n'),
    );
    const b = tableOf(
      'filter',
      [':INPUT DROP', '-A INPUT -j fw-INPUT', '-A INPUT -s 10.0.0.1/32 -j DROP', '-A fw-INPUT -j ACCEPT'].join('\n'),
    );
    const shared = { backend, ownership: ownershipOf('filter', { kind: 'shared', owners: ['fw'] }) };
    const there = compileText(diffTable('filter', a, b), { ...shared, before: a });
    const back = compileText(diffTable('filter', b, a), { ...shared, before: b });
    const meanwhile = '*filter\n-I INPUT 1 -j LOG\nCOMMIT\n';
    const [, , crowded, undone] = runInNamespace(backend, 'filter', [saveText(a), there, meanwhile, back]);
    expect(crowded?.text).toContain('-A INPUT -j LOG\n[0:0] -A INPUT -j fw-INPUT\n[1:10] -A INPUT -s 10.0.0.1/32');
    expect(undone?.text).toContain('-A INPUT -j LOG\n[1:10] -A INPUT -s 10.0.0.1/32');
    expect(undone?.text).not.toContain('fw-INPUT -j ACCEPT');
  });

  it('refuses a new chain that somebody made meanwhile, and keeps the rules in it', () => {
    const text = compileStep(undefined, tableOf('filter', '-A web -j ACCEPT'), backend);
    const [before, after] = runInNamespace(backend, 'filter', ['*filter\n-N web\n-A web -j DROP\nCOMMIT\n', text]);
    expect(after?.exit).not.toBe(0);
    expect(after?.text).toBe(before?.text);
  });

  it.each([
    ['a rule in a chain that does not exist', '-A nowhere -j ACCEPT'],
    ['a jump to a chain that does not exist', '-A INPUT -j nowhere'],
    ['a place beyond the end', '-I web 3 -j ACCEPT'],
    ['a delete beyond the end', '-D web 2'],
    ['a delete of a text that is not there', '-D web -j DROP'],
    ['a chain that exists', '-N web'],
    ['the removal of a chain that is not empty', '-D INPUT 1\n-X web'],
    ['the removal of a chain that is used', '-F web\n-X web'],
    ['the removal of a chain that does not exist', '-X nowhere'],
    ['a loop', '-I web 1 -j web'],
  ])('refuses %s, as the simulator does, and changes nothing', (_, line) => {
    const table = tableOf('filter', '-A INPUT -j web\n-A web -j ACCEPT');
    const text = `*filter\n-A FORWARD -j LOG\n${line}\nCOMMIT\n`;
    expect(() => simulate(table, text, { backend })).toThrow();
    const [before, after] = runInNamespace(backend, 'filter', [saveText(table), text]);
    expect(before).toEqual(saved(saveText(table)));
    expect(after?.exit).not.toBe(0);
    expect(after?.text).toBe(before?.text);
  });

  it('zeroes all policy counters of the table with every commit on legacy, none on nft', () => {
    const a = '*filter\n:INPUT DROP [7:70]\n:FORWARD ACCEPT [5:50]\nCOMMIT\n';
    const [, after] = runInNamespace(backend, 'filter', [a, '*filter\n-A INPUT -j DROP\nCOMMIT\n']);
    const left = backend === 'nft' ? ['[7:70]', '[5:50]'] : ['[0:0]', '[0:0]'];
    expect(after?.text).toContain(`:INPUT DROP ${left[0]}\n:FORWARD ACCEPT ${left[1]}\n`);
  });

  it('reads 10,239 bytes as one line and the rest of a longer line as a line of its own', () => {
    const [longest, longer] = runInNamespace(backend, 'filter', [lineOf(10_239), lineOf(10_240)]);
    expect(longest?.exit).toBe(0);
    expect(longest?.text).toContain('-j DROP');
    expect(longer?.exit).toBe(2);
  });
});

function compileStep(a: Table | undefined, b: Table, backend: Backend): string {
  return compileText(diffTable(b.name, a, b), {
    backend,
    ownership: ownershipOf(b.name, { kind: 'exclusive', keep: [] }),
    before: a,
  });
}

type Saved = { readonly exit: number; readonly text: string };

function saved(text: string): Saved {
  return { exit: 0, text };
}

/** The table after each of the texts, in one namespace that ends with the shell. Empty texts are not run. */
function runInNamespace(backend: Backend, table: TableName, texts: readonly string[]): readonly Saved[] {
  const script = `for text; do
      if [ -n "$text" ]; then printf %s "$text" | iptables-${backend}-restore --noflush --counters --wait 2>&1; echo "exit $?"
      else echo "exit 0"; fi
      iptables-${backend}-save --counters -t ${table}; echo END
    done`;
  const { stdout, stderr, status } = spawnSync('unshare', ['-n', 'sh', '-c', script, 'sh', ...texts], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the shell failed: ${stderr}`);
  return stdout
    .split('END\n')
    .slice(0, -1)
    .map((part) => ({
      exit: Number(/^exit (\d+)$/m.exec(part)?.[1]),
      text: part.slice(part.indexOf('*')).replace(/^#.*\n/gm, ''),
    }));
}

/** A table whose one rule makes a line of exactly so many bytes. */
function lineOf(bytes: number): string {
  const end = ' -j DROP';
  const start = `-A INPUT${` -m comment --comment ${'x'.repeat(197)}`.repeat(46)} -m comment --comment `;
  const rest = bytes - start.length - end.length;
  return `*filter\n-F INPUT\n${start}${'y'.repeat(rest)}${end}\nCOMMIT\n`;
}
