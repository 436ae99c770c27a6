import { describe, expect, test } from 'vitest';
import { lintFirewall } from '../../../../../src/core/packets/lint/lint-firewall.ts';
import type { LintOptions } from '../../../../../src/core/packets/lint/types.ts';
import { parseSave } from '../../../../../src/core/restore/parse-save.ts';

/** Findings of rules of filter, in short: `FWL01 INPUT 2 <- INPUT 1!`, where `!` stands for another verdict. */
function lint(rules: string, options: LintOptions = {}, table = 'filter'): readonly string[] {
  const lines = rules
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const chains = [...new Set(lines.map((line) => line.split(' ')[0] ?? ''))];
  const heads = chains.map((name) => `:${name} ${/^[A-Z]+$/.test(name) ? 'DROP' : '-'} [0:0]`);
  const text = [`*${table}`, ...heads, ...lines.map((line) => `-A ${line}`), 'COMMIT', ''].join('\n');
  const { ruleset, problems } = parseSave(text, 'ipv4');
  expect(problems).toEqual([]);
  const firewall = { family: 'ipv4', backend: 'nft', tables: ruleset.tables, sets: [], settings: {} } as const;
  const { findings, notJudged } = lintFirewall(firewall, options);
  return [
    ...findings.map(({ id, place, causes, more }) => {
      const by = causes.map(({ chain, number, differs }) => `${chain} ${number}${differs === true ? '!' : ''}`);
      return `${id} ${place.chain} ${place.number ?? '-'} <- ${by.join(', ')}${more === 0 ? '' : ` +${more}`}`.trimEnd();
    }),
    ...notJudged.map(({ chain, from }) => `not judged ${chain} ${from}`),
  ];
}

describe('lintFirewall', () => {
  test('finds a rule that several before it take, and names the one with another verdict', () => {
    const found = lint(`INPUT -s 10.0.0.0/9 -p tcp -m tcp --dport 22 -j ACCEPT
      INPUT -s 10.128.0.0/9 -j DROP
      INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT`);
    expect(found).toEqual(['FWL01 INPUT 3 <- INPUT 1, INPUT 2!']);
  });

  test('names the largest of another verdict beside one that takes it all', () => {
    const found = lint(`INPUT -s 10.1.0.0/16 -j DROP
      INPUT -s 10.0.0.0/8 -j ACCEPT
      INPUT -s 10.0.0.0/12 -j ACCEPT`);
    expect(found).toEqual(['FWL01 INPUT 3 <- INPUT 1!, INPUT 2']);
  });

  test.each([
    ['a limit', '-m limit --limit 5/sec -j ACCEPT'],
    ['a text', '-m string --string x --algo bm -j ACCEPT'],
    ['a set', '-m set --match-set office src -j ACCEPT'],
    ['a queue', '-j NFQUEUE --queue-num 1 --queue-bypass'],
    ['a target that is not known', '-j NOSUCH --x'],
    ['a log', '-j LOG'],
    ['a chain that comes back', '-j web'],
  ])('hopes for nothing from %s', (_, rule) => {
    expect(
      lint(`INPUT -p tcp ${rule}\nINPUT -p tcp -j DROP\nweb -p tcp -m tcp --dport 80 -j ACCEPT`),
    ).not.toContainEqual(expect.stringMatching(/FWL0[12357]/));
  });

  test('does not take a question for the same when it is asked again', () => {
    const rules = ['-m set --match-set office src -j ACCEPT', '-m set ! --match-set office src -j ACCEPT', '-j DROP'];
    expect(lint(rules.map((rule) => `INPUT ${rule}`).join('\n'))).toEqual([]);
  });

  test('takes into account what is written between two rules', () => {
    const rules = (between: string) => `INPUT -m mark --mark 0x1 -j ACCEPT
      INPUT -p udp -j ${between}
      INPUT -m mark --mark 0x1 -p udp -j DROP`;
    expect(lint(rules('LOG'), {}, 'mangle')).toEqual(['FWL01 INPUT 3 <- INPUT 1!']);
    expect(lint(rules('MARK --set-xmark 0x1/0xffffffff'), {}, 'mangle')).toEqual([]);
    expect(lint(`${rules('marks')}\nmarks -j MARK --set-xmark 0x1/0xffffffff`, {}, 'mangle')).toEqual([]);
    expect(lint(rules('LOG'), { shared: new Set(['mangle']) }, 'mangle')).toEqual([]);
  });

  test('follows what does not come back from chains', () => {
    const rules = `INPUT -p tcp -j web
      INPUT -p tcp -m tcp --dport 80 -j DROP
      INPUT -p udp -g end
      INPUT -p udp -j ACCEPT
      web -p tcp -m tcp --dport 80 -j ACCEPT
      web -p tcp -m tcp --dport 81 -j RETURN
      end -j LOG`;
    expect(lint(rules)).toEqual(['FWL01 INPUT 2 <- INPUT 1', 'FWL01 INPUT 4 <- INPUT 3']);
  });

  test('finds what stands behind the end, once', () => {
    expect(lint('INPUT -p tcp -j ACCEPT\nINPUT ! -p tcp -j DROP\nINPUT -p udp -j LOG\nINPUT -j ACCEPT')).toEqual([
      'FWL02 INPUT 3 <- INPUT 1, INPUT 2 +1',
    ]);
  });

  test('finds what no packet meets, and chains that nothing leads to', () => {
    expect(lint('INPUT -m mark --mark 0x10/0x1 -j ACCEPT\nold -j newer\nnewer -j ACCEPT')).toEqual(
      ['FWL05 INPUT 1', 'FWL04 newer -', 'FWL04 old -'].map((line) => line.replace(/(FWL05 INPUT 1|-)$/, '$1 <-')),
    );
  });

  test('finds duplicates, also with what fw cannot compute, but never of what remembers packets or may change', () => {
    const twice = (rule: string) => lint(`INPUT ${rule}\nINPUT -p udp -j LOG\nINPUT ${rule}`);
    expect(twice('-p tcp -j ACCEPT')).toEqual(['FWL07 INPUT 3 <- INPUT 1']);
    expect(twice('-m string --string x --algo bm -j DROP')).toEqual(['FWL07 INPUT 3 <- INPUT 1']);
    for (const match of [
      'limit --limit 5/sec',
      'statistic --mode random --probability 0.5',
      'time --timestart 08:00',
    ]) {
      expect(twice(`-m ${match} -j DROP`)).toEqual([]);
    }
    expect(twice('-m set --match-set office src -j DROP')).toEqual([]);
    expect(twice('-p tcp -j LOG')).toEqual([]);
  });

  test('finds a rule without which the same happens, unless something else would see its packets', () => {
    const between = (rule: string) => lint(`INPUT -s 10.0.0.1/32 -j DROP\nINPUT ${rule}\nINPUT -s 10.0.0.0/8 -j DROP`);
    expect(between('-s 192.0.2.1/32 -j ACCEPT')).toEqual(['FWL03 INPUT 1 <- INPUT 3']);
    for (const rule of [
      '-p tcp -j ACCEPT',
      '-p tcp -j LOG',
      '-p tcp',
      '-p tcp -j MARK --set-xmark 0x1/0x1',
      '-p tcp -j web',
    ]) {
      expect(between(rule)).toEqual([]);
    }
    expect(lint('INPUT -s 10.0.0.1/32 -m limit --limit 1/sec -j DROP\nINPUT -s 10.0.0.0/8 -j DROP')).toEqual([]);
  });

  test('says where it stops when a chain needs too much', () => {
    const rules = Array.from({ length: 40 }, (_, at) => `INPUT -s 10.${at}.0.0/16 -d 192.0.${at}.0/24 -j ACCEPT`);
    expect(lint(rules.join('\n'), { nodes: 200 })).toEqual([expect.stringMatching(/^not judged INPUT \d+$/)]);
  });
});
