import { describe, expect, test } from 'vitest';
import { reasonText } from '../../../../src/core/lint-findings/finding-text.ts';
import { applyIgnores } from '../../../../src/core/lint-findings/ignores.ts';
import type { LintFinding } from '../../../../src/core/lint-findings/types.ts';

const finding = (line: number, id: LintFinding['id'] = 'FWL01'): LintFinding => ({
  id,
  level: 'warning',
  namespaces: ['host'],
  families: ['ipv4'],
  place: { table: 'filter', chain: 'INPUT', number: line, text: '-j ACCEPT' },
  subject: null,
  causes: [],
  more: 0,
  origin: `state/a.yaml:${line}`,
});

function left(text: string, findings: readonly LintFinding[], isWhole = true): readonly string[] {
  return applyIgnores(findings, new Map([['state/a.yaml', text]]), isWhole).map(({ id, origin }) => `${id} ${origin}`);
}

describe('applyIgnores', () => {
  test('silences one id on one line, with a reason', () => {
    expect(left('- -j ACCEPT # fw: ignore FWL01 it is meant', [finding(1)])).toEqual([]);
    expect(left('# fw: ignore FWL01 it is meant\n# more\n\n- -j ACCEPT', [finding(4)])).toEqual([]);
    expect(left('- a # fw: ignore FWL01 it is meant\n- b', [finding(1), finding(2)])).toEqual(['FWL01 state/a.yaml:2']);
    expect(left('- a # fw: ignore FWL01 it is meant', [finding(1), finding(1, 'FWL03')])).toEqual([
      'FWL03 state/a.yaml:1',
    ]);
  });

  test('of two comments above one rule each silences its id', () => {
    const text = '# fw: ignore FWL01 it is meant\n# fw: ignore FWL03 this too\n- a';
    expect(left(text, [finding(3), finding(3, 'FWL03')])).toEqual([]);
  });

  test('tells comments without a reason, with an unknown id, and those that silence nothing', () => {
    expect(left('- a # fw: ignore FWL01', [finding(1)])).toEqual(['FWL01 state/a.yaml:1', 'FWL00 state/a.yaml:1']);
    expect(left('- a # fw: ignore FWL99 why', [], false)).toEqual(['FWL00 state/a.yaml:1']);
    expect(left('- a # fw: ignore FWL01 why', [])).toEqual(['FWL00 state/a.yaml:1']);
    // Where a part was not judged, the comment may be about that.
    expect(left('- a # fw: ignore FWL01 why', [], false)).toEqual([]);
    // The rule is written in another file.
    expect(left('- a # fw: ignore FWL01 why', [{ ...finding(1), origin: 'b.yaml:1' }])).toEqual([
      'FWL01 b.yaml:1',
      'FWL00 state/a.yaml:1',
    ]);
  });

  test('takes no value for a comment', () => {
    const text = '- -m comment --comment "# fw: ignore FWL01 no" -j ACCEPT';
    expect(left(text, [finding(1)])).toEqual(['FWL01 state/a.yaml:1']);
  });

  test('says what is wrong with a comment', () => {
    const text = '- a # fw: ignore FWL01\n- b # fw: ignore FWL01 why\n- c # fw: ignore FWL99 why';
    const found = applyIgnores([], new Map([['state/a.yaml', text]]), true).map(reasonText);
    expect(found).toEqual([
      'an ignore comment needs an id and a reason: # fw: ignore FWL03 why it is meant',
      'nothing that was found is silenced by this comment',
      'nothing that was found is silenced by this comment',
    ]);
  });
});
