import { expect, test } from 'vitest';
import { hostName } from '../../../../src/adapters/host/host-name.ts';
import { operatorOf } from '../../../../src/adapters/host/operator.ts';
import { LIMITS } from '../../../../src/core/limits.ts';
import { text } from '../../../../src/core/plan-file/shape.ts';

const NAME = text({ most: LIMITS.planName.most, empty: true });

test('a name of the machine with a line end stays on one line, so that a plan file may hold it', () => {
  const name = hostName('a\nb\0\x1b\x7f');
  expect(name).toBe('a\\x0ab\\x00\\x1b\\x7f');
  expect(NAME(name, 'host')).toBeUndefined();
  expect(hostName('edge-1.example.org')).toBe('edge-1.example.org');
});

test('a SUDO_USER that no plan file may hold is no operator', () => {
  const { SUDO_USER, ...env } = process.env;
  for (const user of ['a\nb', 'a\0b', 'x'.repeat(LIMITS.planName.most + 1), ''])
    expect(operatorOf({ ...env, SUDO_USER: user })).toBe(operatorOf(env));
  expect(operatorOf({ ...env, SUDO_USER: 'ana' })).toBe('ana');
});
