import { describe, expect, test } from 'vitest';
import { isWithin, overLimit } from '../../../../src/core/approval/approval-of.ts';
import { classOfPlan } from '../../../../src/core/approval/class-of-plan.ts';
import type { PlanClass } from '../../../../src/core/approval/types.ts';
import { inOrder, tableSteps } from '../../../../src/core/plan/in-order.ts';
import type { SetStep } from '../../../../src/core/sets/ipset/types.ts';
import { type Edit, guardedPlan } from '../../../support/guarded-plan.ts';

const BASE = `
  -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
  -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
  -A INPUT -p tcp -m tcp --dport 25 -j DROP
  -A INPUT -j web
  -A web -p tcp -m tcp --dport 80 -j ACCEPT
`;

function classOf(edits: readonly Edit[], sets: readonly SetStep[] = []): PlanClass {
  const found = classOfPlan({ steps: inOrder(tableSteps(guardedPlan(edits)), sets) });
  if (found === undefined) throw new Error('nothing changes');
  return found;
}

/** The class of a change of BASE, made by replacing text; and why it is not a smaller one. */
function change(from: string | RegExp, to: string, more: Partial<Edit> = {}): string {
  const after = BASE.replace(from, to);
  expect(after).not.toBe(BASE);
  const found = classOf([{ before: BASE, after, ...more }]);
  return [found.class, ...new Set(found.over.map(({ why = '' }) => why))].join(': ');
}

const END = /\s*$/;
const append = (rule: string) => change(END, `\n  ${rule}\n`);

describe('additive', () => {
  test.each([
    '-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT',
    '-A INPUT -s 10.0.0.0/8 -i eth0 -m comment --comment "-j DROP" -j ACCEPT',
    '-A INPUT -p udp -m conntrack --ctstate NEW -m multiport --dports 53,853 -j ACCEPT',
    '-A web -p tcp -m tcp --dport 443 -j ACCEPT',
    '-A INPUT -s 10.0.0.0/8 -j more\n-A more -j ACCEPT',
  ])('is %s', (rule) => {
    expect(append(rule)).toBe('additive');
  });

  test('is such a rule at the top as well, and the first rules of a table that was not there', () => {
    expect(change('-A INPUT', '-A INPUT -s 192.0.2.1/32 -j ACCEPT\n  -A INPUT')).toBe('additive');
    expect(classOf([{ after: '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT' }]).class).toBe('additive');
  });

  test('is a set that does not exist yet, also with a rule that accepts what is in it', () => {
    const rule = { before: BASE, after: `${BASE}-A INPUT -m set --match-set fw-mgmt src -j ACCEPT` };
    expect(classOf([rule], [setStep('create', 'hash:net family inet')]).class).toBe('additive');
    expect(classOf([rule], [setStep('create', 'hash:net family inet counters')]).class).toBe('any');
    expect(classOf([rule]).class).toBe('any');
  });
});

describe('safe', () => {
  test('is a rule that only logs, added or removed', () => {
    const log = '  -A INPUT -m limit --limit 5/min -j LOG --log-prefix "in: "\n';
    expect(append(log.trim())).toBe('safe: it adds a rule that only logs');
    expect(classOf([{ before: `${log}${BASE}`, after: BASE }]).class).toBe('safe');
  });

  test('is a comment that comes, changes or goes', () => {
    const plain = '--dport 25 -j DROP';
    const noted = '--dport 25 -m comment --comment "no mail" -j DROP';
    expect(change(plain, noted)).toBe('safe: it changes a comment');
    expect(classOf([{ before: BASE.replace(plain, noted), after: BASE }]).class).toBe('safe');
    const nat = (comment: string) => `-A POSTROUTING -o eth0${comment} -j MASQUERADE`;
    const edit = { table: 'nat', before: nat(''), after: nat(' -m comment --comment "out"') } as const;
    expect(classOf([edit]).class).toBe('safe');
  });

  test('is a rule that accepts and comes earlier, or passes only others that accept', () => {
    const moved = `
      -A INPUT -s 10.0.0.0/8 -j DROP
      -A INPUT -s 10.0.0.1/32 -j ACCEPT
      -A INPUT -s 10.0.0.2/32 -j ACCEPT
      -A INPUT -s 10.0.0.3/32 -j ACCEPT
    `
      .trim()
      .split(/\n\s*/);
    const [drop = '', one = '', two = '', three = ''] = moved;
    const order = (...rules: readonly string[]) =>
      classOf([{ before: moved.join('\n'), after: rules.join('\n') }]).class;
    expect(order(drop, two, three, one)).toBe('safe');
    expect(order(three, drop, one, two)).toBe('safe');
    expect(order(one, two, three, drop)).toBe('any');
  });
});

describe('any', () => {
  test.each([
    ['-A INPUT -p tcp -m tcp --dport 23 -j DROP', 'nothing but accept'],
    ['-A INPUT -p tcp -m tcp --dport 23 -j REJECT --reject-with icmp-port-unreachable', 'nothing but accept'],
    ['-A INPUT -s 10.0.0.0/8 -j RETURN', 'nothing but accept'],
    ['-A INPUT -s 10.0.0.0/8 -g web', 'nothing but accept'],
    ['-A INPUT -p udp -j more\n-A more -s 10.0.0.0/8 -j DROP', 'nothing but accept'],
    ['-A INPUT -m recent --set --name k --mask 255.255.255.255 --rsource -j ACCEPT', 'nothing but accept'],
    ['-A INPUT -m hashlimit --hashlimit-upto 1/sec --hashlimit-name h -j ACCEPT', 'nothing but accept'],
    ['-A INPUT -m physdev --physdev-in eth1 -j ACCEPT', 'nothing but accept'],
    ['-A INPUT -p tcp -j MARK --set-xmark 0x1/0xffffffff', 'nothing but accept'],
    ['-A INPUT -m recent --set --name k --mask 255.255.255.255 --rsource -j LOG', 'nothing but accept'],
  ])('is %s', (rule, why) => {
    expect(append(rule)).toContain('any: ');
    expect(append(rule)).toContain(why);
  });

  test('is a rule that goes, whatever it does', () => {
    expect(change('  -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n', '')).toBe('any: it removes a rule');
    expect(change('  -A INPUT -p tcp -m tcp --dport 25 -j DROP\n', '')).toBe('any: it removes a rule');
  });

  test('is a policy in either direction, a chain that goes, and a rule that becomes another', () => {
    expect(change(END, '\n:INPUT DROP [0:0]')).toBe('any: it changes a policy');
    expect(classOf([{ before: ':FORWARD DROP [0:0]', after: ':FORWARD ACCEPT [0:0]' }]).class).toBe('any');
    expect(classOf([{ before: ':old - [0:0]', after: '' }]).over).toEqual([
      { address: 'host/ipv4/filter/old', class: 'any', why: 'it removes a chain' },
    ]);
    expect(change('--dport 22', '--dport 2222')).toContain('any');
  });

  test('is a rule that accepts before one that remembers packets: it would remember fewer', () => {
    const knocking = `${BASE}
      -A INPUT -p tcp -m tcp --dport 7000 -m recent --set --name knock --mask 255.255.255.255 --rsource
      -A INPUT -p tcp -m tcp --dport 22 -m recent --rcheck --name knock --mask 255.255.255.255 --rsource -j ACCEPT`;
    const found = classOf([{ before: knocking, after: `-A INPUT -s 192.0.2.0/24 -j ACCEPT\n${knocking}` }]);
    expect(found.over[0]?.why).toBe('the table holds rules that remember packets or change them');
  });

  test('is the first rule that needs connection tracking', () => {
    const before = '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT';
    expect(classOf([{ before, after: `${before}\n-A INPUT -m conntrack --ctstate NEW -j ACCEPT` }]).class).toBe('any');
  });

  test.each(['nat', 'mangle', 'raw'] as const)(
    'is a rule that accepts in %s, where it skips what others do',
    (table) => {
      const before = '-A PREROUTING -p tcp -m tcp --dport 80 -j LOG';
      const found = classOf([{ table, before, after: `-A PREROUTING -s 192.0.2.1/32 -j ACCEPT\n${before}` }]);
      expect(found.over[0]?.why).toBe(`it adds to the table ${table}`);
    },
  );

  test('is a set whose content changes or that goes', () => {
    for (const kind of ['update', 'replace', 'destroy'] as const) {
      expect(classOf([], [setStep(kind, 'hash:net')]).class).toBe('any');
    }
  });

  test('is every change of a legacy table with rules that remember packets, since it is loaded anew', () => {
    const before = `${BASE}-A INPUT -m limit --limit 5/sec -j ACCEPT`;
    const plan = guardedPlan([{ before, after: `${before}\n-A INPUT -j LOG` }]);
    const steps = tableSteps(plan).map((step) => ({ ...step, backend: 'legacy' as const }));
    expect(classOfPlan({ ...plan, steps })?.class).toBe('any');
    expect(classOfPlan(plan)?.class).toBe('safe');
  });

  test('is a rule that accepts where a chain has the name of the target', () => {
    const before = '-A INPUT -s 10.0.0.0/8 -j ACCEPT\n-A ACCEPT -s 10.0.0.9/32 -j DROP';
    expect(classOf([{ before, after: `${before}\n-A INPUT -s 10.1.0.0/16 -j ACCEPT` }]).class).toBe('any');
  });
});

test('a plan has the class of its largest change, counts them all, and names the first few that are more than additive', () => {
  const drops = Array.from({ length: 12 }, (_, at) => `-A INPUT -s 10.0.0.${at}/32 -j DROP`).join('\n');
  const found = classOf([
    { namespace: 'blue', before: BASE, after: `${BASE}-A INPUT -p udp -j ACCEPT` },
    { namespace: 'red', before: BASE, after: `${BASE}${drops}\n-A INPUT -j LOG` },
  ]);
  expect(found).toMatchObject({ class: 'any', counts: { additive: 1, safe: 1, any: 12 } });
  expect(found.over).toHaveLength(11);
  expect(isWithin(found, 'safe')).toBe(false);
  const error = overLimit(found, 'additive');
  expect(error).toMatchObject({ code: 'apply.over-limit', exit: 6, firewall: 'unchanged' });
  expect(error.output).toContain('red/ipv4/filter/INPUT#5 (any): it adds a rule');
  expect(error.output).toContain('and 2 more');
});

test('a command among the checks makes every plan `any`: it runs as root; other checks make none larger', () => {
  const plan = guardedPlan([{ before: BASE, after: `${BASE}-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT` }]);
  const tcp = { probe: { kind: 'tcp', host: '192.0.2.1', port: 22 } } as const;
  const command = { probe: { kind: 'command', words: ['/usr/bin/smoke', 'a b'] } } as const;
  expect(classOfPlan(plan, [tcp])?.class).toBe('additive');
  const found = classOfPlan(plan, [tcp, command]);
  expect(found).toMatchObject({ class: 'any', counts: { additive: 1, any: 1 } });
  if (found === undefined) throw new Error('nothing changes');
  expect(isWithin(found, 'safe')).toBe(false);
  expect(overLimit(found, 'safe').output).toBe("check /usr/bin/smoke 'a b' (any): it runs a program as root");
});

test('a plan without changes has no class', () => {
  expect(classOfPlan({ steps: [] })).toBeUndefined();
  expect(classOfPlan({ steps: [] }, [{ probe: { kind: 'command', words: ['/bin/true'] } }])).toBeUndefined();
});

function setStep(kind: SetStep['change'], header: string): SetStep {
  return {
    namespace: { kind: 'host' },
    set: 'fw-mgmt',
    declared: 'mgmt',
    change: kind,
    headers: { after: header },
    counts: { before: 0, after: 1 },
    added: 1,
    removed: 0,
    examples: { added: [], removed: [] },
    isManaged: true,
    edits: [],
    reverse: [],
    digests: { before: '', after: '' },
  };
}
