import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importRules } from '../../src/app/import/import-rules.ts';
import { readForImport } from '../../src/app/import/read-for-import.ts';
import { readSaved } from '../../src/app/import/read-saved.ts';
import { hasChanges } from '../../src/core/plan/count-changes.ts';
import type { Backend } from '../../src/core/rules/types.ts';
import { apply, plan, realPorts } from '../support/fw.ts';
import { load, makeNamespace, saved } from '../support/netns.ts';
import { loadSets, savedSets } from '../support/sets.ts';
import { stateFolder } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

const MANY = Array.from({ length: 300 }, (_, at) => `add many 10.${at >> 8}.${at & 255}.0/24\n`).join('');

const SETS = `create blocked hash:net family inet comment counters
add blocked 10.0.0.0/8 packets 5 bytes 50 comment "$his: #1 'x'"
add blocked 10.1.0.0/16 nomatch packets 3 bytes 30
create blocked6 hash:net family inet6 maxelem 1000
add blocked6 2001:db8::/32
add blocked6 fe80::/10
create many hash:net family inet
${MANY}create ports bitmap:port range 0-1023
add ports 22
add ports 443
create pairs hash:ip,port family inet netmask 24 skbinfo timeout 900
add pairs 10.0.0.0,tcp:80 timeout 0 skbmark 0x1/0xff skbprio 1:10
add pairs 10.0.1.0,udp:53 timeout 600
create seen hash:ip family inet timeout 600
add seen 192.0.2.1 timeout 500
create learnt hash:ip family inet hashsize 4096 bucketsize 4
add learnt 192.0.2.9
create both list:set size 4
add both many
add both blocked
create f2b-sshd hash:ip family inet timeout 600
add f2b-sshd 192.0.2.66 timeout 300
create nobody hash:ip family inet
add nobody 192.0.2.77
`;

const RULES4 = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m set --match-set both src -j DROP
-A INPUT -p tcp -m set --match-set ports dst -j ACCEPT
-A INPUT -m set --match-set pairs src,dst -j ACCEPT
-A INPUT -m set --match-set seen src -j DROP
-A INPUT -m set --match-set f2b-sshd src -j REJECT --reject-with icmp-port-unreachable
-A INPUT -j SET --add-set learnt src
COMMIT
`;
const RULES6 = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m set --match-set blocked6 src -j DROP
-A INPUT -p tcp -m set --match-set ports dst -j ACCEPT
COMMIT
`;

const IMPORTED = ['blocked', 'blocked6', 'both', 'learnt', 'many', 'pairs', 'ports', 'seen'];
/** What no document takes over. */
const STORED = { set: 'learnt', options: ['hashsize 4096', 'bucketsize 4'] };

describe.each(BACKENDS)('import of sets on %s', (backend) => {
  test('live ones that rules name are written, and the plan right after is empty', async () => {
    const ns = makeNamespace();
    loadSets(ns, SETS);
    load(ns, backend, 'ipv4', RULES4);
    load(ns, backend, 'ipv6', RULES6);
    const before = savedSets(ns);
    const ports = realPorts();
    const folder = join(stateFolder({}), 'state');
    const {
      files: [file],
    } = await importRules(ports, await readForImport(ports, [ns], 'auto'), { folder, withForeign: false });
    expect(file?.sets).toBe(IMPORTED.length);
    expect(file?.storage).toContainEqual(STORED);
    const text = readFileSync(file?.path ?? '', 'utf8');
    expect([...text.matchAll(/^ {2}(\S+):$\n {4}type: /gm)].map(([, name]) => name)).toEqual(IMPORTED);
    expect(text).toContain('    family: inet6'.replace('inet6', 'ipv6'));
    expect(text).toContain('      - "10.0.0.0/8 comment \\"$$his: #1 \'x\'\\""\n');
    expect(text).toContain('    maxelem: 1000\n');
    expect(text).toContain(`    file: lists/${ns}/many.txt\n`);
    expect(text).not.toContain('192.0.2.');
    expect(readFileSync(join(folder, `lists/${ns}/many.txt`), 'utf8').split('\n')).toHaveLength(301);
    const made = await plan(folder);
    expect(made.plan.steps).toEqual([]);
    expect(savedSets(ns)).toHaveLength(before.length);
    await expect(
      importRules(ports, await readForImport(ports, [ns], 'auto'), { folder, withForeign: false }),
    ).rejects.toMatchObject({ code: 'import.exists' });
  });

  test('a file of ipset save beside those of iptables-save gives the same, applied elsewhere too', async () => {
    const files = stateFolder({ 'edge/ipv4.rules': RULES4, 'edge/ipv6.rules': RULES6, 'edge/sets.ipset': SETS });
    const ports = realPorts();
    const folder = join(stateFolder({}), 'state');
    const {
      files: [file],
    } = await importRules(ports, await readSaved(ports, files, backend), { folder, withForeign: true });
    expect(file?.sets).toBe(IMPORTED.length + 1);
    expect(file?.storage).toEqual([STORED]);
    expect(readFileSync(file?.path ?? '', 'utf8')).toContain('  f2b-sshd:\n');
  });
});

test('what is imported from files makes the same sets where they are not', async () => {
  const ns = makeNamespace();
  const files = stateFolder({
    [`${ns}/ipv4.rules`]: RULES4,
    [`${ns}/ipv6.rules`]: RULES6,
    [`${ns}/sets.ipset`]: SETS,
  });
  const ports = realPorts();
  const folder = join(stateFolder({}), 'state');
  await importRules(ports, await readSaved(ports, files, 'nft'), { folder, withForeign: true });
  await apply(folder);
  expect(hasChanges((await plan(folder)).plan)).toBe(false);
  expect(savedSets(ns)).toContain('add pairs 10.0.0.0,tcp:80 timeout 0 skbmark 0x1/0xff skbprio 1:10');
  expect(savedSets(ns)).toContain('add blocked 10.1.0.0/16 nomatch packets 0 bytes 0');
  expect(saved(ns, 'nft', 'ipv4')).toContain('--match-set both src');
});

test.each([
  ['flush blocked\n', 'ipset save'],
  ['create a hash:ip\nadd b 10.0.0.1\n', ':2: '],
  ['create a hash:ip\ncreate a hash:net\n', ':2: '],
  ['create a hash:ip\nadd a 10.0.0.300\n', 'ipset refuses the file'],
])('a file of sets that is none is refused: %j', async (text, words) => {
  const files = stateFolder({ 'edge/ipv4.rules': RULES4, 'edge/sets.ipset': text });
  await expect(readSaved(realPorts(), files, 'nft')).rejects.toThrow(words);
});

test('rules that name a set of which there is no file say where to put it', async () => {
  const files = stateFolder({ 'edge/ipv4.rules': RULES4 });
  await expect(readSaved(realPorts(), files, 'nft')).rejects.toMatchObject({
    next: expect.stringContaining('sets.ipset'),
  });
});
