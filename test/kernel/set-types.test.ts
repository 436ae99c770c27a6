import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runFaulted } from '../support/fault-run.ts';
import { dataFolder } from '../support/fw.ts';
import { addNamespace, inNamespace, makeNamespace, removeNamespace } from '../support/netns.ts';
import { findProcesses, waitGone } from '../support/programs.ts';
import { runBuilt } from '../support/run-built.ts';
import { loadSets, savedSets } from '../support/sets.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

type Type = { readonly type: string; readonly options: string; readonly one: string; readonly other: string };

/** Every type of ipset 7.17: entries before and after, in spellings that the kernel does not print. */
const TYPES: readonly Type[] = [
  {
    type: 'hash:ip',
    options: 'counters: true, comment: true, skbinfo: true, timeout: 100',
    one: `[10.0.0.1/32, '10.0.0.8/30 comment "a; # $$b"', '10.0.0.77 skbmark 0x0A/0xff skbprio 1:a skbqueue 3', "2001:DB8:0::1"]`,
    other: `['10.0.0.8/30 comment "c"', '10.0.0.77 skbmark 0x0a/0xff', "2001:db8::2"]`,
  },
  {
    type: 'hash:ip',
    options: 'family: ipv4, netmask: 24',
    one: '[10.0.0.77, 10.0.1.9]',
    other: '[10.0.1.200, 10.0.2.1]',
  },
  { type: 'hash:ip', options: 'family: ipv4, bitmask: 255.255.0.255', one: '[10.0.7.9]', other: '[10.0.8.10]' },
  {
    type: 'hash:net',
    options: 'comment: true, counters: true',
    one: `["10.0.0.5/8 nomatch", '11.0.0.0-11.0.0.3 comment "y"', "2001:db8::/32", "fe80::1/10"]`,
    other: `["10.0.0.5/8", '11.0.0.0/30 comment "x"', "2001:db8::/33"]`,
  },
  {
    type: 'hash:ip,port',
    options: '',
    one: '["10.0.0.1,80", "10.0.0.1,udp:domain", "10.0.0.2,tcp:1-3", "10.0.0.3,icmp:ping", "2001:db8::1,icmpv6:echo-request"]',
    other: '["10.0.0.1,http", "10.0.0.2,tcp:2", "10.0.0.3,sctp:9", "2001:db8::1,443"]',
  },
  { type: 'hash:ip,port', options: 'family: ipv4, netmask: 16', one: '["10.0.9.9,ssh"]', other: '["10.1.9.9,22"]' },
  {
    type: 'hash:net,port',
    options: '',
    one: '["10.0.0.1/8,www", "10.0.0.0/9,tcp:1-2"]',
    other: '["10.0.0.0/8,tcp:80", "10.0.0.0/9,2"]',
  },
  {
    type: 'hash:ip,port,ip',
    options: 'comment: true',
    one: `['10.0.0.1,ssh,10.0.0.2 comment "one"']`,
    other: '["10.0.0.1,22,10.0.0.3"]',
  },
  { type: 'hash:ip,port,net', options: '', one: '["10.0.0.1,80,10.9.9.9/8"]', other: '["10.0.0.1,81,10.0.0.0/8"]' },
  {
    type: 'hash:net,port,net',
    options: '',
    one: '["10.1.1.1/8,80,192.168.1.1/16"]',
    other: '["10.0.0.0/8,81,192.168.0.0/16"]',
  },
  { type: 'hash:net,net', options: '', one: '["10.1.1.1/8,192.168.1.1/16"]', other: '["10.0.0.0/9,192.168.0.0/16"]' },
  {
    type: 'hash:net,iface',
    options: 'counters: true',
    one: '["10.9.9.9/8,eth0", "10.0.0.0/8,physdev:br0", "11.0.0.0/8,eth wildcard", "2001:db8::/32,eth0 nomatch"]',
    other: '["10.0.0.0/8,eth1", "11.0.0.0/8,eth", "2001:db8::/32,eth0"]',
  },
  { type: 'hash:ip,mark', options: 'family: ipv4, markmask: 0xff', one: '["10.0.0.1,0x1ff"]', other: '["10.0.0.1,2"]' },
  {
    type: 'hash:ip,mac',
    options: 'family: ipv4',
    one: '["10.0.0.1,0:1:2:a:b:c"]',
    other: '["10.0.0.2,00:01:02:0A:0B:0C"]',
  },
  { type: 'hash:mac', options: 'comment: true', one: `['0:1:2:a:b:c comment "x"']`, other: '["00:01:02:0A:0B:0D"]' },
  { type: 'bitmap:ip', options: 'range: 10.0.0.0/24', one: '[10.0.0.1, 10.0.0.4-10.0.0.6]', other: '[10.0.0.4/30]' },
  { type: 'bitmap:ip', options: 'range: 10.0.0.0/16, netmask: 24, timeout: 9', one: '[10.0.3.7]', other: '[10.0.4.0]' },
  {
    type: 'bitmap:ip,mac',
    options: 'range: 10.0.0.0-10.0.0.255, counters: true',
    one: '["10.0.0.1,0:1:2:a:b:c", "10.0.0.9,00:11:22:33:44:55"]',
    other: '["10.0.0.1,00:01:02:0a:0b:0d"]',
  },
  {
    type: 'bitmap:port',
    options: 'range: 0-1023, comment: true',
    one: `[http, 8-10, '443 comment "t"']`,
    other: '[8, 53, 443]',
  },
];

function isSupported(ns: string, type: string): boolean {
  const range = type === 'bitmap:port' ? ['range', '0-9'] : type.startsWith('bitmap:') ? ['range', '10.0.0.0/24'] : [];
  inNamespace(ns, 'ipset', ['create', type, type, ...range]);
  return inNamespace(ns, 'ipset', ['list', '-name', type]).status === 0;
}

/** Types by whether this kernel has them. */
function splitTypes(): { readonly known: readonly Type[]; readonly unknown: readonly Type[] } {
  const ns = makeNamespace();
  const known = TYPES.filter(({ type }) => isSupported(ns, type));
  return { known, unknown: TYPES.filter((type) => !known.includes(type)) };
}

function document(ns: string, types: readonly Type[], side: 'one' | 'other'): string {
  const sets = types.map(
    ({ type, options, [side]: entries }, at) =>
      `  s${at}: {type: "${type}", ${options}${options === '' ? '' : ', '}entries: ${entries}}\n`,
  );
  const members = side === 'one' ? '[s0, s1, s3]' : '[s3, s0]';
  return `namespace: ${ns}\nsets:\n${sets.join('')}  all: {type: "list:set", comment: true, entries: ${members}}\ntables: {filter: {INPUT: [-m set --match-set all src -j DROP]}}\n`;
}

/** The lines of ipset save without what counts or runs. */
function steady(ns: string): readonly string[] {
  return savedSets(ns).map((line) => line.replace(/ packets \d+ bytes \d+/, ''));
}

function makeSite() {
  const ns = makeNamespace();
  const state = stateFolder({});
  const data = dataFolder();
  const flags = ['--state', state, '--data-dir', data];
  const allow = ['--allow-mass-removal', '--allow-removal-in-use'];
  return {
    ns,
    data,
    write: (text: string) => writeFiles(state, { 'a.yaml': text }),
    fw: (...args: string[]) => runBuilt([...args, ...flags]),
    apply: ['apply', '--auto-approve', ...allow, ...flags],
    allow,
  };
}

test('every type that the kernel has, in unusual spellings: apply, no changes, an edit, no changes, rollback', () => {
  const { known: types } = splitTypes();
  expect(types.length).toBeGreaterThanOrEqual(13);
  const site = makeSite();
  const before: (readonly string[])[] = [];
  for (const side of ['one', 'other'] as const) {
    site.write(document(site.ns, types, side));
    expect(runBuilt(site.apply)).toMatchObject({ status: 0, stderr: '' });
    expect(site.fw('plan', '--detailed-exitcode')).toMatchObject({ status: 0 });
    before.push(steady(site.ns));
  }
  expect(before[0]).not.toEqual(before[1]);
  expect(before[0]).toContain('add fw-s0 10.0.0.8 timeout 0 comment "a; # $b"');
  expect(site.fw('rollback', '1', '--auto-approve', ...site.allow)).toMatchObject({ status: 0, stderr: '' });
  expect(steady(site.ns)).toEqual(before[0]);
  inNamespace(site.ns, 'ipset', ['del', 'fw-s3', '10.0.0.0/8']);
  expect(site.fw('drift')).toMatchObject({ status: 2, stdout: expect.stringContaining('-10.0.0.0/8') });
});

test('types that the kernel does not have are refused with their places, and nothing is changed', () => {
  const { known, unknown } = splitTypes();
  const site = makeSite();
  const sets = [...unknown, { type: 'hash:ip', options: '', one: '[10.0.0.300]' }].map(
    ({ type, options, one }, at) =>
      `  s${at}: {type: "${type}", ${options}${options === '' ? '' : ', '}entries: ${one}}\n`,
  );
  site.write(`namespace: ${site.ns}\nsets:\n${sets.join('')}`);
  const ran = site.fw('plan');
  expect(ran.status).toBe(1);
  for (const at of sets.keys()) expect(ran.stderr).toContain(`a.yaml:${3 + at}:`);
  expect(savedSets(site.ns)).toEqual([]);
  expect(known.length + unknown.length).toBe(TYPES.length);
});

const MANY = Array.from({ length: 40 }, (_, at) => `10.0.0.${at}`);

function few(ns: string, entries: readonly string[], more = ''): string {
  return `namespace: ${ns}\nsets:\n  big: {type: hash:ip, family: ipv4, entries: [${entries.join(', ')}]}\n  bits: {type: bitmap:port, range: 0-99, entries: [22, 80]}\n${more}tables: {filter: {INPUT: [-m set --match-set big src -j DROP]}}\n`;
}

/** As a reboot does: rules and sets are gone, and the journals are of another boot. */
function reboot(ns: string, data: string): void {
  removeNamespace(ns);
  addNamespace(ns);
  for (const name of readdirSync(join(data, 'journal'))) {
    const path = join(data, 'journal', name);
    if (!name.endsWith('.jsonl')) continue;
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"boot":"[^"]*"/, '"boot":"another"'));
  }
}

function killWatchdog(data: string): void {
  for (const pid of findProcesses('watchdog', data)) {
    process.kill(pid, 'SIGKILL');
    waitGone(pid);
  }
}

describe('fw and its watchdog killed in the middle of set steps', () => {
  const goals = {
    'entry by entry': (ns: string) => few(ns, [...MANY.slice(4), '192.0.2.1', '192.0.2.2']),
    'by a new set': (ns: string) =>
      few(
        ns,
        Array.from({ length: 60 }, (_, at) => `192.0.2.${at}`),
      ),
    'a set comes and one goes': (ns: string) =>
      few(ns, MANY).replace(/ {2}bits.*\n/, '  fresh: {type: hash:net, entries: [10.0.0.0/8, "2001:db8::/32"]}\n'),
  };

  test.each([
    ['entry by entry', 'kill-after-all'],
    ['by a new set', 'kill-during-all'],
    ['a set comes and one goes', 'kill-after-all'],
  ] as const)('%s, %s: fw recover brings every entry back', (name, mode) => {
    const site = makeSite();
    site.write(few(site.ns, MANY));
    expect(runBuilt(site.apply)).toMatchObject({ status: 0 });
    const before = savedSets(site.ns);
    site.write(goals[name](site.ns));
    const killed = runFaulted(`${mode}:0`, site.apply, {
      match: '^spawn nsenter --net=/proc/[0-9]+/fd/.*ipset restore',
    });
    expect(killed).toMatchObject({ status: null });
    expect(site.fw('recover')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('rolled back and verified'),
    });
    expect(savedSets(site.ns)).toEqual(before);
    expect(site.fw('drift')).toMatchObject({ status: 0 });
  });

  test('and a reboot: nothing of it is live, and what was kept comes back with all its entries', () => {
    const site = makeSite();
    site.write(few(site.ns, MANY));
    expect(runBuilt(site.apply)).toMatchObject({ status: 0 });
    const before = savedSets(site.ns);
    site.write(goals['entry by entry'](site.ns));
    runFaulted('kill-after-all:0', site.apply, { match: '^spawn nsenter --net=/proc/[0-9]+/fd/.*ipset restore' });
    killWatchdog(site.data);
    reboot(site.ns, site.data);
    expect(site.fw('recover')).toMatchObject({ status: 0, stdout: expect.stringContaining('was booted since') });
    expect(savedSets(site.ns)).toEqual([]);
    expect(site.fw('rollback', '--to', 'last', '--auto-approve')).toMatchObject({ status: 0 });
    const big = (lines: readonly string[]) => lines.filter((line) => line.includes('fw-big'));
    expect(big(savedSets(site.ns))).toEqual(big(before));
  });
});

test('sets of others with names like ours keep their entries through all of it', () => {
  const site = makeSite();
  loadSets(site.ns, 'create theirs hash:ip\nadd theirs 10.9.9.9\n');
  site.write(few(site.ns, MANY));
  expect(runBuilt(site.apply)).toMatchObject({ status: 0 });
  site.write(few(site.ns, MANY.slice(30)));
  const closed = site.fw('apply', '--auto-approve');
  expect([closed.status, closed.stderr]).toEqual([5, expect.stringContaining('FWG03')]);
  expect(closed.stderr).toContain('30 of 40 entries are removed');
  expect(savedSets(site.ns)).toEqual(expect.arrayContaining(['add theirs 10.9.9.9', 'add fw-big 10.0.0.7']));
});

test('a saved plan that changes a set inside a list asks for the SSH connection that needs it, and lists with comments go with what they hold', () => {
  const ns = makeNamespace();
  const state = stateFolder({});
  const data = ['--data-dir', dataFolder()];
  const options = {
    through: ['nsenter', `--net=/run/netns/${ns}`],
    env: { SSH_CONNECTION: '198.51.100.7 50514 203.0.113.5 22' },
  };
  const fw = (...args: string[]) => runBuilt([...args, ...data], options);
  const document = (entries: string) =>
    `namespace: host\nsets:\n  mgmt: {type: hash:net, family: ipv4, entries: [${entries}]}\n  all: {type: "list:set", comment: true, entries: [mgmt]}\ntables: {filter: {INPUT: {policy: DROP, rules: [-m set --match-set all src -j ACCEPT]}}}\n`;
  writeFiles(state, { 'a.yaml': document('198.51.100.0/24, 10.0.0.0/8') });
  expect(fw('apply', '--auto-approve', '--allow-lockout', '--state', state)).toMatchObject({ status: 0 });
  writeFiles(state, { 'a.yaml': document('10.0.0.0/8') });
  const file = join(state, 'saved.plan');
  expect(fw('plan', '--state', state, '--out', file)).toMatchObject({ status: 0 });
  const closed = fw('apply', file, '--auto-approve');
  expect([closed.status, closed.stderr]).toEqual([5, expect.stringContaining('FWG02')]);
  expect(closed.stderr).toContain('set fw-mgmt in the list fw-all: -198.51.100.0/24');
  expect(fw('apply', file, '--auto-approve', '--allow-lockout')).toMatchObject({ status: 0 });
  loadSets(ns, 'del fw-all fw-mgmt\nadd fw-all fw-mgmt comment "by hand"\n');
  writeFiles(state, { 'a.yaml': 'namespace: host\ntables: {filter: {INPUT: [-j ACCEPT]}}\n' });
  expect(fw('apply', '--auto-approve', '--allow-lockout', '--state', state)).toMatchObject({ status: 0, stderr: '' });
  expect(savedSets(ns)).toEqual([]);
});
