import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type PlanTextOptions, printPlan } from '../../../../src/ui/plan/plan-text.ts';
import { stripColour } from '../../../../src/ui/text/theme.ts';
import { add, chain, keep, named, plan, remove, samplePlan, step } from '../sample-plan.ts';

const OPTIONS: PlanTextOptions = {
  width: 100,
  colour: false,
  full: false,
  unicode: false,
  title: { verb: 'fw plan', host: 'edge-1', commit: '4f1c2ab', seconds: 0.4 },
};

function print(of: Parameters<typeof printPlan>[0], options: Partial<PlanTextOptions> = {}): string {
  return printPlan(of, { ...OPTIONS, ...options }).join('\n');
}

function golden(name: string): string {
  return `${import.meta.dirname}/../../golden/screens/${name}`;
}

describe('printPlan', () => {
  it.each([60, 80, 100, 160])('lays a plan out for %i columns', async (width) => {
    await expect(`${print(samplePlan(), { width })}\n`).toMatchFileSnapshot(golden(`plan-${width}.txt`));
  });

  it('colours a plan without changing its text', async () => {
    const coloured = print(samplePlan(), { colour: true });
    expect(stripVTControlCharacters(coloured)).toBe(print(samplePlan()));
    expect(stripColour(coloured)).toBe(print(samplePlan()));
    await expect(`${coloured.replaceAll('\x1b', '^')}\n`).toMatchFileSnapshot(golden('plan-100-colour.txt'));
  });

  it('counts chains when there is too much to read, and still shows what must be seen', async () => {
    await expect(`${print(samplePlan(), { limit: 5 })}\n`).toMatchFileSnapshot(golden('plan-100-over-limit.txt'));
  });

  it('names every namespace and shows every rule when asked for all', () => {
    const text = print(samplePlan(), { full: true, limit: 1 });
    expect(text).toContain('tenant-01 tenant-02 tenant-03');
    expect(text).toContain('-j fw-POSTROUTING');
    expect(text).not.toContain('different changes');
  });

  it('writes printable ASCII only when it is plain', () => {
    for (const width of [60, 100]) expect(print(samplePlan(), { width })).toMatch(/^[\x20-\x7e\n]+$/);
  });

  it('says in one sentence that nothing changes', () => {
    const foreign = { namespace: named('host'), family: 'ipv4', table: 'nat', chain: 'DOCKER', rules: 12 } as const;
    const names = Array.from({ length: 17 }, (_, index) => `ns${index}`);
    expect(print(plan(names, [], [foreign]))).toBe(
      'No changes. 17 namespaces match 4f1c2ab (0.4 s).   12 foreign rules left alone.',
    );
    expect(print(plan(['host'], []), { title: { verb: 'fw plan' } })).toBe(
      'No changes. 1 namespace matches the state.',
    );
  });

  it('never breaks or cuts the text of a rule', () => {
    const text = `-m comment --comment "${'long '.repeat(60)}" -j ACCEPT`;
    const of = plan(['host'], [step('host', 'ipv4', 'filter', [chain('INPUT', [add(1, text, 'state/a.yaml:3')])])]);
    for (const width of [40, 60, 100]) {
      expect(printPlan(of, { ...OPTIONS, width }).filter((line) => line.endsWith(text))).toHaveLength(1);
    }
  });

  it('shows control and bidi characters of rules, names and origins as escapes', () => {
    const of = plan(
      ['evil\x1b]0;x\x07'],
      [
        step('evil\x1b]0;x\x07', 'ipv4', 'filter', [
          chain('IN\x1b[2J', [
            add(1, '-m comment --comment "\u202egnp\r"', 'a\x9b1.yaml:1'),
            remove(2, 'a\nPlan: 0 to add'),
          ]),
          chain('fw-a', [{ kind: 'change', from: 1, to: 1, before: '-s \x1b[1m', text: '-s \x1b[2m' }]),
        ]),
      ],
    );
    const lines = printPlan(of, { ...OPTIONS, unicode: true });
    expect(lines.join('')).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(lines.join('\n')).toContain('\\u{202e}gnp\\x0d');
    expect(lines.join('\n')).toContain('a\\x0aPlan: 0 to add');
    expect(lines.join('\n')).toContain('-s \\x1b[1m -> \\x1b[2m');
  });

  it('widens the position columns for long chains', () => {
    const of = plan(
      ['host'],
      [step('host', 'ipv4', 'filter', [chain('INPUT', [keep(49999, 50000, '-j a'), add(50001, '-j b')])])],
    );
    expect(print(of)).toContain('   49999 50000    -j a\n         50001  + -j b');
  });

  it('puts findings before everything else', () => {
    const text = print(samplePlan(), {
      attention: [{ code: 'policy-drop', message: 'policy of INPUT becomes DROP in blue' }],
    });
    expect(text.indexOf('! policy-drop  policy of INPUT becomes DROP in blue')).toBeLessThan(text.indexOf('\nblue  '));
  });

  it('says when the other backend holds rules as well', () => {
    const of = plan(['blue'], [step('blue', 'ipv4', 'filter', [chain('INPUT', [add(1, '-j a')])])]);
    const held = { ...of, namespaces: of.namespaces.map((one) => ({ ...one, alsoHeldBy: 'legacy' as const })) };
    expect(print(held)).toMatch(/^blue +nft, legacy holds rules too$/m);
  });
});
