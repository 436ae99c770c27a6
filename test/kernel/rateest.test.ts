import { expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { dataFolder } from '../support/fw.ts';
import { load, makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const rule = (name: string, interval: string) =>
  `-p tcp -j RATEEST --rateest-name ${name} --rateest-interval ${interval} --rateest-ewmalog 2s`;

function makeEstimators(backend: Backend) {
  const ns = makeNamespace('rate');
  const state = stateFolder({});
  const flags = ['--state', state, '--data-dir', dataFolder()];
  const declare = (...rules: readonly string[]) =>
    writeFiles(state, {
      'a.yaml': `namespace: ${ns}\nfamily: ipv4\nbackend: ${backend}\ntables: {mangle: {PREROUTING: ${JSON.stringify(rules)}}}\n`,
    });
  const fw = (...words: readonly string[]) => {
    const ran = runBuilt([...words, ...flags]);
    return { ...ran, text: `${ran.stdout}${ran.stderr}`.replaceAll(/\s+/g, ' ') };
  };
  return { ns, declare, fw, live: () => saved(ns, backend, 'ipv4') };
}

test.each<Backend>(['nft', 'legacy'])(
  'another interval of an estimator that is in use: the plan warns, the apply refuses, both ways out work (%s)',
  (backend) => {
    const { declare, fw, live } = makeEstimators(backend);
    declare(rule('one', '250ms'));
    expect(fw('apply', '--auto-approve')).toMatchObject({ status: 0 });
    const before = live();
    declare(rule('one', '1s'));
    const planned = fw('plan');
    expect(planned.text).toContain('keeps its interval for as long as a rule names it: the kernel refuses this rule');
    expect(planned.text).toContain('state.named-state');
    const applied = fw('apply', '--auto-approve');
    expect(applied).toMatchObject({ status: 1, stderr: expect.stringContaining('Firewall: unchanged') });
    expect(applied.text).toContain('in the rehearsal');
    expect(live()).toBe(before);
    declare(rule('two', '1s'));
    const other = fw('apply', '--auto-approve');
    expect([other.status, other.text]).toEqual([0, expect.not.stringContaining('named-state')]);
    declare();
    expect(fw('apply', '--auto-approve', '--allow-empty')).toMatchObject({ status: 0 });
    declare(rule('two', '500ms'));
    const again = fw('apply', '--auto-approve');
    expect([again.status, again.text]).toEqual([0, expect.not.stringContaining('named-state')]);
    expect(live()).toContain('--rateest-interval 500.0ms');
  },
);

test.each<Backend>(['nft', 'legacy'])('two rules of one state that disagree are both named (%s)', (backend) => {
  const { declare, fw, live } = makeEstimators(backend);
  declare('-p udp -j ACCEPT', rule('one', '250ms'), rule('one', '1s'));
  const before = live();
  const planned = fw('plan');
  expect([planned.status, live()]).toEqual([1, before]);
  expect(planned.text).toMatch(/a\.yaml:4:\d+ .*a\.yaml:4:\d+ \(the other one of that name\)/);
});

test.each<Backend>(['nft', 'legacy'])(
  'an estimator that a rule of another program holds with another interval is named in the plan (%s)',
  (backend) => {
    const { ns, declare, fw, live } = makeEstimators(backend);
    load(ns, backend, 'ipv4', `*mangle\n-A PREROUTING ${rule('one', '250ms')}\nCOMMIT\n`);
    const before = live();
    declare(rule('one', '1s'));
    const planned = fw('plan');
    expect(planned.text).toContain(
      'A rule of another program holds the rate estimator `one` with other settings, and the kernel refuses this rule',
    );
    const applied = fw('apply', '--auto-approve');
    expect(applied).toMatchObject({ status: 1, stderr: expect.stringContaining('Firewall: unchanged') });
    expect(live()).toBe(before);
  },
);
