import { describe, expect, test } from 'vitest';
import { FwError } from '../../src/core/diagnostics/errors.ts';
import { FAMILIES, type Family } from '../../src/core/rules/types.ts';
import { apply, plan } from '../support/fw.ts';
import { inNamespace, load, makeNamespace, saved } from '../support/netns.ts';
import { stateFolder } from '../support/state-folder.ts';

const DEADLY =
  '-A INPUT -m hashlimit --hashlimit-upto 40/sec --hashlimit-burst 20 --hashlimit-mode srcip --hashlimit-name r1 --hashlimit-rate-match -j ACCEPT\n';

function stateOf(ns: string, rules: readonly string[] = []): string {
  const list = rules.map((rule) => `      - ${rule}\n`).join('');
  return stateFolder({
    'a.yaml': `namespace: ${ns}\nbackend: nft\ntables:\n  filter:\n    INPUT:${list === '' ? ' []' : `\n${list}`}\n`,
  });
}

function nft(ns: string, words: string): void {
  const ran = inNamespace(ns, 'nft', ['-f', '-'], `${words}\n`);
  if (ran.status !== 0) throw new Error(`nft refused: ${ran.stderr}`);
}

async function codeOf(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => 'none',
    (error: unknown) => (error instanceof FwError ? error.code : String(error)),
  );
}

describe.each(FAMILIES)('connlimit, %s', (family) => {
  test.each([1, 11, 12, 13, 40])(
    '%i rules in one chain are believed, whatever nft makes of unset memory',
    async (count) => {
      const ns = makeNamespace();
      const mask = family === 'ipv4' ? 32 : 128;
      const rules = Array.from(
        { length: count },
        (_, n) =>
          `-A INPUT -p tcp -m tcp --dport ${n + 1} -m connlimit --connlimit-above 1${n} --connlimit-mask ${mask} -j DROP\n`,
      );
      load(ns, 'nft', family, `*filter\n${rules.join('')}COMMIT\n`);
      expect(await codeOf(plan(stateOf(ns)))).toBe('none');
    },
  );
});

describe('rules that another version of iptables wrote', () => {
  // What 1.8.11 writes for `-p` in IPv4, where this one writes `meta l4proto`.
  test('are believed, next to those of this one', async () => {
    const ns = makeNamespace();
    load(ns, 'nft', 'ipv4', '*filter\n-A INPUT -p tcp -j ACCEPT\n-A INPUT ! -p udp -j DROP\nCOMMIT\n');
    const rules = [
      'ip protocol 17 counter accept',
      'ip protocol != 6 counter drop',
      'ip saddr 192.0.2.1 iifname "eth0" ip protocol 47 counter return',
    ];
    nft(ns, rules.map((rule) => `add rule ip filter INPUT ${rule}`).join('\n'));
    expect(saved(ns, 'nft', 'ipv4').match(/^-A .*$/gm)).toEqual([
      '-A INPUT -p tcp -j ACCEPT',
      '-A INPUT ! -p udp -j DROP',
      '-A INPUT -p udp -j ACCEPT',
      '-A INPUT ! -p tcp -j DROP',
      '-A INPUT -s 192.0.2.1/32 -i eth0 -p gre -j RETURN',
    ]);
    expect(await codeOf(plan(stateOf(ns)))).toBe('none');
    await apply(stateOf(ns, ['-p tcp --dport 22 -j ACCEPT']));
    expect(await codeOf(plan(stateOf(ns)))).toBe('none');
  });
});

describe.each(FAMILIES)('a rule that nft may die of, %s', (family) => {
  test('of somebody else stops nothing', async () => {
    const ns = makeNamespace();
    load(ns, 'nft', family, `*filter\n${DEADLY}COMMIT\n`);
    const state = stateOf(ns, ['-p tcp --dport 22 -j ACCEPT']);
    await apply(state);
    expect((await plan(state)).plan.steps).toEqual([]);
    expect(saved(ns, 'nft', family)).toContain('--hashlimit-rate-match');
    expect(saved(ns, 'nft', family)).toContain('--dport 22');
  });

  test('of ours is applied, and the plan after it is empty', async () => {
    const ns = makeNamespace();
    const state = stateOf(ns, [DEADLY.slice('-A INPUT '.length).trim()]);
    await apply(state);
    expect((await plan(state)).plan.steps).toEqual([]);
    expect(saved(ns, 'nft', family)).toContain('--hashlimit-rate-match');
  });

  test.each(hidden(family))('does not hide a native rule beside it: %s', async (native) => {
    const ns = makeNamespace();
    load(ns, 'nft', family, `*filter\n${DEADLY}-A INPUT -p tcp -j ACCEPT\nCOMMIT\n`);
    nft(ns, native);
    expect(await codeOf(plan(stateOf(ns)))).toBe('live.untruthful');
  });
});

function hidden(family: Family): readonly string[] {
  const [ip, address] = family === 'ipv4' ? ['ip', 'ipv4'] : ['ip6', 'ipv6'];
  return [
    'insert rule IP filter INPUT tcp dport { 22, 80 } counter accept',
    'insert rule IP filter INPUT meta l4proto { 6, 17 } counter accept',
    'add set IP filter bad { type ADDR_addr; }',
    'add set IP filter bad { type ADDR_addr; }\nadd rule IP filter INPUT IP saddr @bad counter drop',
    'add rule IP filter INPUT ct state established counter accept',
    'add rule IP filter INPUT tcp dport vmap { 25 : drop, 80 : accept }',
    'add rule IP filter INPUT tcp dport 25 accept',
    'add rule IP filter INPUT tcp dport 25 counter accept comment "mine"',
    'add chain IP filter late { type filter hook input priority 10; }',
    'add table IP filter { flags dormant; }',
    'add quota IP filter much { over 5 mbytes; }',
  ].map((words) => words.replaceAll('IP ', `${ip} `).replaceAll('ADDR', address ?? ''));
}
