/** What iptables-restore printed when it refused a script: its words without decoration, and the script line if it named one. */
export type Refusal = { readonly output: string; readonly line?: number };

/** `Error occurred at line: 3`, `line 3: RULE_APPEND failed ...`, `line 3 failed`: the three forms of iptables 1.8.9. */
const LINE = /(?:occurred at line: |\bline )(\d+)/;
const NOISE = [/^Try `ip6?tables\S*-restore /, /^Error occurred at line/, /^# Warning: /, /^\s*$/];
const PREFIX = /^ip6?tables(?:-nft|-legacy)?-restore(?: v[\d.]+ \([a-z_]+\))?: /;

/** Reads the standard error of iptables-restore. The text is never empty: without words of iptables-restore it is a sentence of ours. */
export function readRefusal(stderr: string): Refusal {
  const lines = stderr.split('\n');
  const words = lines
    .map((line) => line.replace(PREFIX, ''))
    .filter((line) => !NOISE.some((noise) => noise.test(line)));
  const found = lines.map((line) => LINE.exec(line)?.[1]).find((digits) => digits !== undefined);
  const output = words.filter((line) => !/^line \d+ failed\.?$/.test(line)).map(withoutLine);
  return {
    output: output.length > 0 ? output.join('\n') : 'the kernel gave no reason',
    ...(found === undefined ? {} : { line: Number(found) }),
  };
}

/** The set that the kernel does not have, where that is what iptables printed. */
export function missingSetOf(output: string | undefined): string | undefined {
  return /\bSet (.+?) doesn't exist/.exec(output ?? '')?.[1];
}

/** The line number counts in a script that the user does not see. */
function withoutLine(words: string): string {
  return words.replace(/^line \d+(?:: | failed: )/, '');
}
