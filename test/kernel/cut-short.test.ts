import { expect, test } from 'vitest';
import { runFaulted } from '../support/fault-run.ts';
import { makeSite } from '../support/fault-site.ts';

/** The generation that an apply writes before the first line of its journal. */
const GENERATION = String.raw`^write \{.*"version":2`;

test.each(['kill-before', 'kill-during', 'kill-after'])(
  'fw is killed (%s) as it writes the generation to be: the next apply goes its way',
  (mode) => {
    const site = makeSite('nft');
    const killed = runFaulted(`${mode}:0`, site.apply, { match: GENERATION });
    expect(killed).toMatchObject({ status: null, hit: expect.stringContaining('"version":2') });
    site.settled();
    expect(site.isBack()).toBe(true);
    const next = site.fw('apply', '--auto-approve');
    expect([next.status, next.stderr]).toEqual([0, expect.any(String)]);
    expect(site.fw('plan').stdout).toContain('No changes');
  },
);

test('the removal of the lock in /run does not answer: the apply that is done ends as done', () => {
  const site = makeSite('nft');
  const ran = runFaulted('hang:0', [...site.apply, '--timeout', '4s'], { match: '^unlink /run/fw/' });
  expect(ran.hit).toContain('/run/fw/');
  expect([ran.status, ran.stderr]).toEqual([0, expect.any(String)]);
  site.settled();
  expect(site.fw('plan').stdout).toContain('No changes');
});

test('the folder in /run does not answer as fw looks for applies of other data folders: nothing is changed', () => {
  const whole = runFaulted('none:0', makeSite('nft').apply);
  expect(whole.status).toBe(0);
  const looks = whole.effects.findLastIndex((effect) => effect.includes('mkdir /run/fw'));
  const site = makeSite('nft');
  const ran = runFaulted(`hang:${looks + 1}`, [...site.apply, '--timeout', '4s']);
  expect(ran.hit).toContain('/run/fw');
  expect([ran.status, ran.stderr]).toEqual([1, expect.stringContaining('did not answer within 4 s')]);
  expect(ran.stderr).toContain('Firewall: unchanged');
  site.settled();
  expect(site.isBack()).toBe(true);
});
