import { describe, expect, test } from 'vitest';
import { remedyOf } from '../../../../src/core/normal-form/remedy.ts';
import type { TableName } from '../../../../src/core/rules/types.ts';

const CHAINS = ['fw-web', 'fw-INPUT'];
const SETS = ['fw-blocked'];

function remedy(text: string, said: string, table: TableName = 'filter'): string | undefined {
  return remedyOf({ text, output: said, table, chains: CHAINS, sets: SETS });
}

describe('what to write instead of a refused rule', () => {
  test.each([
    ['--dport 22 -j ACCEPT', 'unknown option "--dport"', 'write `-p tcp` or `-p udp` in front of `--dport`'],
    ['-p icmp --dport 22 -j ACCEPT', 'unknown option "--dport"', 'Protocol icmp has no ports'],
    ['-p tcp --dport 80,443 -j ACCEPT', "invalid port/service `80,443' specified", '`-m multiport --dports 80,443`'],
    ['-p tcp --sport 80-90 -j ACCEPT', "invalid port/service `80-90' specified", '`--sport 80:90`'],
    ['-p tcp --dports 80 -j ACCEPT', 'unknown option "--dports"', '`-m multiport` in front'],
    ['--ctstate NEW -j ACCEPT', 'unknown option "--ctstate"', '`-m conntrack` in front'],
    ['-p udp --syn -j DROP', 'unknown option "--syn"', '`-p tcp` in front'],
    ['--to-ports 80 -j REDIRECT', 'unknown option "--to-ports"', '`-j REDIRECT` in front'],
    [
      '-m tos --tos 1 -j DROP',
      "Couldn't load match `tos':No such file or directory",
      'no match tos: correct the name, or install',
    ],
    ['-m geoip --src-cc DE -j DROP', "Couldn't load match `geoip':No such file or directory", 'xtables-addons'],
    [
      '-m conntrak --ctstate NEW -j DROP',
      "Couldn't load match `conntrak':No such file or directory",
      'Did you mean conntrack?',
    ],
    ['\u2013p tcp -j ACCEPT', "Bad argument `\u2013p'", 'typographic dash: write `-p`'],
    ['-p tcp \u2014dport 22 -j ACCEPT', "Bad argument `\u2014dport'", 'write `--dport`'],
    ['-j TARPIT --tarpit', 'unknown option "--tarpit"', 'TARPIT is neither a chain of this table nor a target'],
    ['-p udp -j webb', "Chain 'webb' does not exist", 'Did you mean web?'],
    ['-j ACEPT', "Couldn't load target `ACEPT':No such file or directory", 'Did you mean ACCEPT?'],
    ["-j LOG --log-prefix 'ntp black: '", "Bad argument `black:'", 'double quotes'],
    ['-m comment --comment a b -j ACCEPT', "Bad argument `b'", 'double quotes'],
    ['-m state NEW -j ACCEPT', "Bad argument `NEW'", '`-m state --state NEW`'],
    ['-d ! 10.0.0.0/8 -j DROP', "Bad argument `10.0.0.0/8'", '`! -d 10.0.0.0/8`'],
    ['-p tcp --dport ! 22 -j DROP', "invalid port/service `!' specified", '`! --dport 22`'],
    [
      '-m set --match-set bloked src -j DROP',
      "Set bloked doesn't exist.",
      'Did you mean blocked? Declare it under `sets:`',
    ],
    ['-p tcp --tcp-flags SYN -j DROP', '--tcp-flags requires two args.', '`--tcp-flags SYN,RST SYN`'],
    ['-j fw-web', 'RULE_APPEND failed (Too many links): rule in chain fw-web', 'in a circle'],
    [
      '-j MASQUERADE',
      'RULE_APPEND failed (Invalid argument): rule in chain fw-INPUT',
      'table nat only, in POSTROUTING',
    ],
    ['-j REJECT --reject-with tcp-reset', 'the kernel gave no reason', '`-p tcp` in front'],
    ['-m owner --uid-owner 0 -j DROP', 'the kernel gave no reason', 'OUTPUT or POSTROUTING'],
  ])('%s', (text, said, part) => {
    expect(remedy(text, said)).toContain(part);
  });

  test('of a jump without a reason names both that it can be, and of another rule nothing', () => {
    expect(remedy('-j fw-web', 'the kernel gave no reason')).toMatch(/in a circle.*or it leads to/);
    expect(remedy('-j DROP', 'the kernel gave no reason')).toBeUndefined();
    expect(remedy('-j fw-web', 'RULE_APPEND failed (Invalid argument): rule in chain fw-INPUT')).toBeUndefined();
  });

  test('says nothing where the words of iptables must do', () => {
    expect(remedy('-s 10.0.0.0/33 -j DROP', "invalid mask `33' specified")).toBeUndefined();
    expect(remedy('-p tcp --dport 70000 -j ACCEPT', "invalid port/service `70000' specified")).toBeUndefined();
  });

  test('DNAT in nat is told of its built-in chains', () => {
    const said = 'RULE_APPEND failed (Invalid argument): rule in chain fw-INPUT';
    expect(remedy('-j DNAT --to-destination 10.0.0.1', said, 'nat')).toContain('PREROUTING or OUTPUT');
  });
});
