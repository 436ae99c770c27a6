import type { LineProblem } from './parse-command.ts';
import { addChain, type CommandPlace, type TableDraft } from './script-table.ts';

type Token = { readonly value: string; readonly start: number; readonly end: number };

/**
 * `:CHAIN POLICY [packets:bytes]`. Quotes mean nothing here, and iptables-restore does not look at what follows the policy unless it
 * is told to restore counters.
 */
export function declareChain(
  table: TableDraft,
  line: string,
  { span, lineStart }: CommandPlace,
): LineProblem | undefined {
  const [name, policy] = tokens(line);
  if (name === undefined || policy === undefined) {
    const hint = 'Write :CHAIN - [0:0], or :CHAIN ACCEPT [0:0] for a built-in chain.';
    return { message: 'The line needs a chain and a policy', hint, start: 0, end: line.length };
  }
  const chain = table.chains.get(name.value);
  if (chain?.builtin !== true) return declareUserChain(table, name, policy, span);
  chain.span = span;
  if (policy.value === '-') return undefined;
  if (policy.value !== 'ACCEPT' && policy.value !== 'DROP') {
    return problemAt(policy, `${JSON.stringify(policy.value)} is not a policy; it is ACCEPT or DROP`);
  }
  chain.policy = {
    policy: policy.value,
    span: { file: span.file, start: lineStart + policy.start, end: lineStart + policy.end },
  };
  return undefined;
}

/** iptables-nft takes a policy for a user chain and ignores it, and empties a chain that is declared again; legacy refuses both. */
function declareUserChain(
  table: TableDraft,
  name: Token,
  policy: Token,
  span: CommandPlace['span'],
): LineProblem | undefined {
  if (policy.value !== '-') {
    const message = `${JSON.stringify(name.value)} is not a built-in chain of ${table.name} and cannot have a policy`;
    return { ...problemAt(policy, message), hint: 'Write - in place of the policy.' };
  }
  const why = addChain(table, name.value, span);
  return why === undefined ? undefined : problemAt(name, why);
}

function tokens(line: string): readonly Token[] {
  return [...line.slice(1).matchAll(/[^ \t]+/g)].map((match) => {
    const start = match.index + 1;
    return { value: match[0], start, end: start + match[0].length };
  });
}

function problemAt({ start, end }: Token, message: string): LineProblem {
  return { message, start, end };
}
