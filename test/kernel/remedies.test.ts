import { expect, test } from 'vitest';
import type { FwError } from '../../src/core/diagnostics/errors.ts';
import { createLocator } from '../../src/core/diagnostics/locate.ts';
import type { Backend } from '../../src/core/rules/types.ts';
import { plan } from '../support/fw.ts';
import { makeNamespace } from '../support/netns.ts';
import { stateFolder } from '../support/state-folder.ts';

/** What people write, and what fw has to say of it beside the words of iptables; null for nothing, where any advice would be a guess. */
const MISTAKES: readonly (readonly [rule: string, hint: string | null])[] = [
  ['--dport 22 -j ACCEPT', 'write `-p tcp` or `-p udp` in front of `--dport`'],
  ['-p icmp --dport 22 -j ACCEPT', 'Protocol icmp has no ports'],
  ['-p tcp --dport 80,443 -j ACCEPT', '-m multiport --dports 80,443'],
  ['-p tcp --dport 8000-8080 -j ACCEPT', 'colon: `--dport 8000:8080`'],
  ['-j MASQUERADE', 'table nat only'],
  ['-p tcp -j DNAT --to-destination 192.0.2.1', 'table nat only'],
  ['-m geoip --src-cc DE -j DROP', 'install what brings it'],
  ['-m conntrak --ctstate NEW -j ACCEPT', 'Did you mean conntrack?'],
  ['--ctstate NEW -j ACCEPT', 'Write `-m conntrack` in front'],
  ['\u2013p tcp -j ACCEPT', 'typographic dash: write `-p`'],
  ['-p tcp \u2014dport 22 -j ACCEPT', 'write `--dport`'],
  [`-j LOG --log-prefix 'ntp black: '`, 'double quotes'],
  ['-d ! 192.0.2.0/24 -j DROP', 'Write `! -d 192.0.2.0/24`'],
  ['-p tcp --dport ! 22 -j DROP', 'Write `! --dport 22`'],
  ['-p tcp --tcp-flags SYN -j DROP', 'Write two words'],
  ['-j TARPIT --tarpit', 'neither a chain of this table nor a target'],
  ['-m set --match-set bloked src -j DROP', 'Did you mean blocked?'],
  ['-m owner --uid-owner 0 -j ACCEPT', 'OUTPUT or POSTROUTING'],
  ['-j REJECT --reject-with tcp-reset', 'Only TCP can be reset'],
  ['-p tcp --dport 70000 -j ACCEPT', null],
  ['-s 192.0.2.0/33 -j ACCEPT', null],
  ['-m limit --limit 3/fortnight -j ACCEPT', null],
  ['-p nosuch -j ACCEPT', null],
];

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

test.each(BACKENDS)('common mistakes have a remedy on %s, and what is no common mistake has none', async (backend) => {
  const rules = MISTAKES.map(([rule]) => `      - ${JSON.stringify(rule)}\n`).join('');
  const head = `namespace: ${makeNamespace()}\nbackend: ${backend}\nfamily: ipv4\nsets: {blocked: {type: hash:net}}\n`;
  const state = stateFolder({ 'a.yaml': `${head}tables:\n  filter:\n    INPUT:\n${rules}` });
  const error = await plan(state).catch((thrown: FwError) => thrown);
  if (!('diagnostics' in error)) throw new Error('a plan was made');
  const locate = createLocator(error.sources ?? new Map());
  const hints = new Map(
    error.diagnostics.map(({ span, hint }) => [span === undefined ? 0 : locate(span).line, hint ?? null]),
  );
  const found = MISTAKES.map(([rule], index) => [rule, hints.get(index + 8)] as const);
  for (const [at, [rule, hint]] of found.entries()) {
    const expected = MISTAKES[at]?.[1] ?? null;
    if (expected === null) expect(hint, rule).toBe(null);
    else expect(hint, rule).toContain(expected);
  }
});

test.each(BACKENDS)('chains that jump in a circle are told as that on %s', async (backend) => {
  const state = stateFolder({
    'a.yaml': `namespace: ${makeNamespace()}\nbackend: ${backend}\ntables: {filter: {INPUT: [-j a], a: [-j b], b: [-j a]}}\n`,
  });
  const error = await plan(state).catch((thrown: FwError) => thrown);
  if (!('diagnostics' in error)) throw new Error('a plan was made');
  expect(error.diagnostics.map(({ hint }) => hint).join(' ')).toContain('in a circle');
});
