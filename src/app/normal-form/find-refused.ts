import { readRefusal } from '../../core/normal-form/refusal.ts';
import { printScratch, type ScratchRule, type ScratchTable } from '../../core/normal-form/scratch-script.ts';
import type { Ran } from '../../ports/ports.ts';

export type Refused = { readonly rule: ScratchRule; readonly output: string };

/** More refused rules than this are not searched for: something general is wrong, such as a missing kernel module. */
const MOST = 100;

/**
 * Every rule of a table that iptables or the kernel refuses, found by trial. The line that a failed load names is only a hint:
 * legacy names the COMMIT line for all that the kernel refuses, nft does for a missing jump target. A hint counts when that rule is
 * refused alone; otherwise the shortest refused run of leading rules ends in the culprit.
 */
export async function findRefused(
  table: ScratchTable,
  load: (text: string) => Promise<Ran>,
): Promise<{ readonly refused: readonly Refused[]; readonly complete: boolean }> {
  const attempt = async (rules: readonly ScratchRule[]) => {
    const script = printScratch(table, rules);
    const ran = await load(script.text);
    const refusal = readRefusal(ran.stderr);
    return { ok: ran.exitCode === 0, output: refusal.output, hint: script.ruleAt(refusal.line ?? 0) };
  };
  const refused: Refused[] = [];
  let rest = table.rules;
  while (refused.length < MOST) {
    const whole = await attempt(rest);
    if (whole.ok) return { refused, complete: true };
    if (rest.length === 0) return { refused, complete: false };
    const culprit = (await confirmHint(rest, whole.hint, attempt)) ?? (await bisect(rest, attempt));
    const rule = rest[culprit.index];
    if (rule === undefined) return { refused, complete: false };
    refused.push({ rule, output: culprit.output });
    rest = rest.filter((_, index) => index !== culprit.index);
  }
  return { refused, complete: false };
}

type Attempt = (rules: readonly ScratchRule[]) => Promise<{ readonly ok: boolean; readonly output: string }>;
type Culprit = { readonly index: number; readonly output: string };

async function confirmHint(
  rules: readonly ScratchRule[],
  hint: number | undefined,
  attempt: Attempt,
): Promise<Culprit | undefined> {
  const suspect = hint === undefined ? undefined : rules[hint];
  if (hint === undefined || suspect === undefined) return undefined;
  const alone = await attempt([suspect]);
  return alone.ok ? undefined : { index: hint, output: alone.output };
}

/** Invariant: the first `good` rules load, the first `bad` rules do not, for the reason in the output. */
async function bisect(rules: readonly ScratchRule[], attempt: Attempt): Promise<Culprit> {
  let good = 0;
  let bad = rules.length;
  let output = '';
  while (bad - good > 1 || output === '') {
    const middle = bad - good > 1 ? (good + bad) >> 1 : bad;
    const part = await attempt(rules.slice(0, middle));
    if (part.ok) good = middle;
    else {
      bad = middle;
      output = part.output;
    }
  }
  const culprit = rules[bad - 1];
  const alone = culprit === undefined ? undefined : await attempt([culprit]);
  return { index: bad - 1, output: alone === undefined || alone.ok ? output : alone.output };
}
