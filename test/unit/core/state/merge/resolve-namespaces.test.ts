import { describe, expect, test } from 'vitest';
import { leftOutBy, resolveNamespaces } from '../../../../../src/core/state/merge/resolve-namespaces.ts';

const ODD = [
  { name: 'host', why: 'host' },
  { name: 'with space', why: 'name' },
  { name: 'left', why: 'no namespace' },
] as const;
const span = { file: 'a.yaml', start: 0, end: 1 };

describe('a namespace that is called host and is another one than that of fw', () => {
  test.each(['*', 'h*', 'host', '[a-h]ost'])('is told of by %s', (value) => {
    const { names, diagnostics } = resolveNamespaces([{ value, span }], ['edge'], { odd: ODD });
    expect(names).not.toContain(value === 'host' ? undefined : 'host');
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toContain(
      `state.namespace-left-out \`${value}\` leaves \`host\` under /run/netns out: \`host\` is the namespace in which fw runs, and this is another one`,
    );
  });

  test('is no matter where another one is meant', () => {
    expect(resolveNamespaces([{ value: 'edge', span }], ['edge'], { odd: ODD }).diagnostics).toEqual([]);
    expect(resolveNamespaces([{ value: 'e*', span }], ['edge'], { odd: ODD }).diagnostics).toEqual([]);
  });
});

test('names that a user gives on the command line leave the same out', () => {
  const left = (pattern: string) => leftOutBy(pattern, ODD).map(({ message }) => message.split(':')[0]);
  expect(left('host')).toEqual(['`host` leaves `host` under /run/netns out']);
  expect(left('l*')).toEqual(['`l*` leaves `left` under /run/netns out']);
  expect(left('left')).toEqual([]);
  expect(left('*')).toHaveLength(3);
});
