const RULE_COUNTERS = /^\[\d+:\d+\] /;
const CHAIN_COUNTERS = / \[\d+:\d+\]$/;

/**
 * Whether two outputs of iptables-save show the same chains and rules in the same order: they may differ in counters and in comments, which
 * hold the time. Much cheaper than to read both, so that a look at live rules that did not move costs little more than the save.
 */
export function isSameButCounters(one: string, other: string): boolean {
  for (let at = 0, there = 0; at < one.length || there < other.length; ) {
    const end = endOfLine(one, at);
    const endThere = endOfLine(other, there);
    const line = one.slice(at, end);
    const lineThere = other.slice(there, endThere);
    if (line !== lineThere && withoutCounters(line) !== withoutCounters(lineThere)) return false;
    at = end + 1;
    there = endThere + 1;
  }
  return true;
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end < 0 ? text.length : end;
}

function withoutCounters(line: string): string {
  if (line.startsWith('#')) return '#';
  return line.startsWith(':') ? line.replace(CHAIN_COUNTERS, '') : line.replace(RULE_COUNTERS, '');
}
