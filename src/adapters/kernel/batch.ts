import type { Ran } from '../../ports.ts';
import { isNamespaceName } from './enter.ts';
import { run } from './exec.ts';

/** A program to run in a named network namespace. Words are plain: `ip -batch` splits lines at blanks. */
export type BatchItem = { readonly namespace: string; readonly words: readonly string[] };

export type BatchResult = Pick<Ran, 'stdout' | 'stderr'> & Partial<Ran>;

/** Printed by `ip` itself, without a process of its own, between the outputs of two items. */
const SEPARATOR = 'link show dev lo';
const SEPARATOR_START = '1: lo: <';
const PLAIN_WORD = /^[A-Za-z0-9_./=-]+$/;

/**
 * Runs many programs in many namespaces from one `ip -batch` process, which costs half of one nsenter process an item.
 * Returns the results of the leading items that succeeded; the item after them failed and was the last one tried
 * (`ip` stops at the first failure, and its forked child must not go on with the rest of the batch, so `-force` is never used).
 * `stderr` is the whole batch's, on every item.
 *
 * A rule may hold a comment with line feeds that imitates the separator, to push its own text under the name of another namespace. Then
 * there are more separators than `ip` printed, and the batch is halved until that namespace is left with itself.
 */
export async function runBatch(items: readonly BatchItem[]): Promise<readonly BatchResult[]> {
  const ran = await run('ip', ['-oneline', '-batch', '-'], { input: items.map(printItem).join('') });
  if (ran.problem === 'missing') return [];
  // Which item hangs cannot be told, and trying each for so long would take hours: all share the fate.
  if (ran.problem === 'timeout' || ran.problem === 'killed') return items.map(() => ran);
  const outputs = splitOutput(ran.stdout);
  if (outputs.length === countDone(ran, items.length)) {
    return outputs.map((stdout) => ({ stdout, stderr: ran.stderr }));
  }
  if (items.length < 2) return [];
  const half = items.length >> 1;
  const first = await runBatch(items.slice(0, half));
  return first.length < half ? first : [...first, ...(await runBatch(items.slice(half)))];
}

/** Items that `ip` got through: all, or those before the line of its last complaint. Two lines make an item. */
function countDone(ran: Ran, all: number): number | undefined {
  if (ran.exitCode === 0) return all;
  const line = /^Command failed -:([0-9]+)\n$/.exec(ran.stderr.slice(ran.stderr.lastIndexOf('Command failed -:')))?.[1];
  return line === undefined ? undefined : (Number(line) - 1) >> 1;
}

function printItem(item: BatchItem): string {
  if (!isNamespaceName(item.namespace)) throw new Error(`not a namespace name: ${JSON.stringify(item.namespace)}`);
  const odd = item.words.find((word) => !PLAIN_WORD.test(word));
  if (odd !== undefined) throw new Error(`not a plain word for a batch: ${JSON.stringify(odd)}`);
  return `netns exec ${item.namespace} ${item.words.join(' ')}\n${SEPARATOR}\n`;
}

/** What comes before each separator line; text after the last separator belongs to the item that failed. */
function splitOutput(stdout: string): string[] {
  const outputs: string[] = [];
  let start = 0;
  for (;;) {
    const found = stdout.startsWith(SEPARATOR_START, start)
      ? start
      : after(stdout.indexOf(`\n${SEPARATOR_START}`, start));
    if (found < 0) return outputs;
    outputs.push(stdout.slice(start, found));
    const end = stdout.indexOf('\n', found);
    if (end < 0) return outputs;
    start = end + 1;
  }
}

function after(newline: number): number {
  return newline < 0 ? -1 : newline + 1;
}
