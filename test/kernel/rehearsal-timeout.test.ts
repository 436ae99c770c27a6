import { chmodSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeSite } from '../support/fault-site.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

/** Takes for ever over a text that deletes rules by number, as iptables-nft does over 100,000 of them (1.8.9: quadratic). */
const SLOW = `#!/bin/sh
text=$(cat; echo x); text=\${text%x}
case $text in *'
-D fw-INPUT '*) sleep 600;; esac
printf %s "$text" | exec /usr/sbin/iptables-nft-restore "$@"
`;

test('a rehearsal that does not come to an end: nothing live is touched, and --timeout is what helps', () => {
  const site = makeSite('nft', { fresh: true });
  const rules = (count: number) => Array.from({ length: count }, (_, at) => `"-p tcp --dport ${at + 1} -j ACCEPT"`);
  const declare = (count: number) =>
    writeFiles(site.state, {
      'a.yaml': `namespace: ${site.name}\nbackend: nft\nfamily: ipv4\ntables: {filter: {INPUT: [${rules(count).join(', ')}]}}\n`,
    });
  declare(8);
  expect(site.fw('apply', '--auto-approve')).toMatchObject({ status: 0 });
  const before = site.all();
  declare(7);
  const programs = stateFolder({ 'iptables-nft-restore': SLOW });
  chmodSync(`${programs}/iptables-nft-restore`, 0o755);
  const ran = runBuilt(['apply', '--auto-approve', '--timeout', '6s', ...site.flags], {
    env: { PATH: `${programs}:${process.env.PATH ?? ''}` },
  });
  const text = ran.stderr.replaceAll(/\s+/g, ' ');
  expect([ran.status, text]).toEqual([
    1,
    expect.stringContaining('the change did not come to an end in the rehearsal'),
  ]);
  expect(text).toContain('[kernel.timeout]');
  expect(text).toContain('Firewall: unchanged.');
  expect(text).toContain('Nothing live was touched. Give programs more time with --timeout');
  expect(site.all()).toEqual(before);
  expect(site.fw('status').stdout).not.toMatch(/Pending|Unfinished/);
  expect(site.fw('apply', '--auto-approve')).toMatchObject({ status: 0 });
});
