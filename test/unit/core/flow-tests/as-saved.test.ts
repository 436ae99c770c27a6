import { describe, expect, it } from 'vitest';
import { asSaved } from '../../../../src/core/flow-tests/as-saved.ts';

describe('a rule as it is written', () => {
  it.each([
    ['--protocol tcp --destination-port 22 --jump ACCEPT', ['-p tcp -m tcp --dport 22 -j ACCEPT']],
    ['-p tcp ! --dport 22 -j ACCEPT', ['-p tcp -m tcp ! --dport 22 -j ACCEPT']],
    ['-p tcp -m tcp --dport 22 -j ACCEPT', ['-p tcp -m tcp --dport 22 -j ACCEPT']],
    ['-p tcp -m multiport --dports 22,80 -j ACCEPT', ['-p tcp -m multiport --dports 22,80 -j ACCEPT']],
    ['-p icmpv6 --icmpv6-type 135 -j ACCEPT', ['-p icmpv6 -m icmp6 --icmpv6-type 135 -j ACCEPT']],
    ['-j REJECT --reject-with tcp-reset -p tcp --syn', ['-p tcp -m tcp --syn -j REJECT --reject-with tcp-reset']],
    ['-j DROP ! -s 10.0.0.0/8', ['! -s 10.0.0.0/8 -j DROP']],
    ['--src 10.0.0.1,10.0.0.2 -j DROP', ['-s 10.0.0.1 -j DROP', '-s 10.0.0.2 -j DROP']],
    ['-m comment --comment --source -j DROP', ['-m comment --comment --source -j DROP']],
    ['-m comment --comment "-j x" -j DROP', ['-m comment --comment "-j x" -j DROP']],
  ])('%s', (written, saved) => {
    expect(asSaved(written)).toEqual(saved);
  });
});
