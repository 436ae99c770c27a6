import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import { isTarget } from '../../extensions/names.ts';
import { LIMITS } from '../../limits.ts';
import { BUILTIN, isBuiltin } from '../../rules/builtin.ts';
import type { TableName } from '../../rules/types.ts';
import type { DocumentHead, WrittenChain } from '../as-written/written.ts';
import { quote } from '../yaml/quote.ts';

const LONGEST_NAME = LIMITS.chainName.most;

/** Problems of a declared chain that the kernel, or a reader of the rules, would trip over. */
export function checkChain(head: DocumentHead, table: TableName, chain: WrittenChain<unknown>): readonly Diagnostic[] {
  const name = checkName(head, table, chain.name);
  const problems: Diagnostic[] = name === undefined ? [] : [{ ...CHAIN_NAME, ...name, span: chain.span }];
  if (chain.policy !== undefined && name === undefined && !isBuiltin(table, chain.name)) {
    problems.push({
      severity: 'error',
      code: 'state.policy',
      message: `Chain ${quote(chain.name)} cannot have a policy: it is not a built-in chain of table ${table}`,
      span: chain.policy.span,
      hint: `Built-in chains of ${table} are ${BUILTIN[table].join(', ')}. In other chains, end with a rule such as \`-j DROP\`.`,
    });
  }
  if (chain.foreign !== undefined && name === undefined)
    problems.push(...checkForeign(head, table, chain.name, chain.foreign));
  return problems;
}

function checkForeign(head: DocumentHead, table: TableName, name: string, span: Span): readonly Diagnostic[] {
  const error = { severity: 'error', code: 'state.foreign', span } as const;
  if (isBuiltin(table, name)) {
    const message = `${name} is a built-in chain, which jumps to ours anyway`;
    return [{ ...error, message, hint: 'Remove `foreign`.' }];
  }
  if (head.ownership.value === 'shared') return [];
  const message = '`foreign` has no meaning with `ownership: exclusive`';
  return [{ ...error, message, hint: 'Name the chains of others that stay under `keep`, or use shared ownership.' }];
}

const CHAIN_NAME = { severity: 'error', code: 'state.chain-name' } as const;

type Problem = { readonly message: string; readonly hint: string };

function checkName(head: DocumentHead, table: TableName, name: string): Problem | undefined {
  if (isBuiltin(table, name)) return undefined;
  if (!/^[!-~]+$/.test(name)) {
    const message = `${quote(name)} cannot be a chain name`;
    return { message, hint: 'Use letters, digits and signs of ASCII, without blanks.' };
  }
  if (/^[-!:*#[]|["'\\$]/.test(name)) {
    const message = `${quote(name)} cannot be a chain name: iptables would read it as something else`;
    return { message, hint: 'Begin with a letter, and use no quotes, backslashes or dollars.' };
  }
  const home = Object.entries(BUILTIN).filter(([, chains]) => chains.includes(name));
  if (home.length > 0) {
    const message = `Table ${table} has no built-in chain ${name}`;
    return { message, hint: `${name} is in ${home.map(([other]) => other).join(', ')}.` };
  }
  if (isTarget(name)) {
    const message = `${quote(name)} cannot be a chain name: \`-j ${name}\` is a target of iptables`;
    return { message, hint: 'Choose another name, in small letters for instance.' };
  }
  return checkLength(head, name);
}

function checkLength(head: DocumentHead, name: string): Problem | undefined {
  const prefix = head.ownership.value === 'shared' ? head.owner.value.length + 1 : 0;
  const over = prefix + name.length - LONGEST_NAME;
  if (over <= 0) return undefined;
  const share = prefix === 0 ? '' : `, ${prefix} of them for the prefix \`${head.owner.value}-\``;
  const message = `Chain name ${quote(name)} is ${over} ${over === 1 ? 'byte' : 'bytes'} too long`;
  return { message, hint: `The kernel takes ${LONGEST_NAME} bytes${share}.` };
}
