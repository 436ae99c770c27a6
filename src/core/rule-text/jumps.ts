import { textStyle } from '../extensions/options.ts';
import { isBuiltin } from '../rules/builtin.ts';
import type { Table } from '../rules/types.ts';

type Jump = { readonly kind: 'jump' | 'goto'; readonly chain: string };

/** How nearly all rules of large rulesets end; a rule has one jump, and a comment with a blank in it ends with a quote. */
const ACCEPT: Jump = { kind: 'jump', chain: 'ACCEPT' };
const DROP: Jump = { kind: 'jump', chain: 'DROP' };
const RETURN: Jump = { kind: 'jump', chain: 'RETURN' };

/**
 * Where a rule goes, read from its saved text: a chain of the table or a target such as LOG. Undefined for a rule that only counts.
 * `-j` in a comment or as another option's value is not taken for it.
 */
export function jumpTarget(ruleText: string): Jump | undefined {
  if (ruleText.endsWith(' -j ACCEPT')) return ACCEPT;
  if (ruleText.endsWith(' -j DROP')) return DROP;
  if (ruleText.endsWith(' -j RETURN')) return RETURN;
  const quote = ruleText.indexOf('"');
  if (quote < 0) return firstJump(ruleText);
  return firstJump(ruleText.slice(0, quote)) ?? firstJump(ruleText.replace(/"(?:[^"\\]|\\.)*"/g, '""'));
}

/**
 * Where a rule goes, found once for each rule and kept as long as the rule is: many ask, and a rule never changes. Ends such as `-j ACCEPT` are read faster
 * than they would be found again.
 */
export function jumpOf(rule: { readonly text: string }): Jump | undefined {
  const { text } = rule;
  if (text.endsWith(' -j ACCEPT')) return ACCEPT;
  if (text.endsWith(' -j DROP')) return DROP;
  if (text.endsWith(' -j RETURN')) return RETURN;
  const known = jumps.get(rule);
  if (known !== undefined) return known === 'none' ? undefined : known;
  const jump = jumpTarget(text);
  jumps.set(rule, jump ?? 'none');
  return jump;
}

const jumps = new WeakMap<object, Jump | 'none'>();

/** In a text without words between quotes. */
function firstJump(text: string): Jump | undefined {
  let jump = text.indexOf('-j ');
  let go = text.indexOf('-g ');
  while (jump >= 0 || go >= 0) {
    const isJump = go < 0 || (jump >= 0 && jump < go);
    const at = isJump ? jump : go;
    const chain = chainBehind(text, at);
    if (chain !== undefined) return { kind: isJump ? 'jump' : 'goto', chain };
    if (isJump) jump = text.indexOf('-j ', at + 1);
    else go = text.indexOf('-g ', at + 1);
  }
  return undefined;
}

/** The word behind the option at `at`, if an option it is: a word of its own, not the value of another, with a name behind it. */
function chainBehind(text: string, at: number): string | undefined {
  if (at > 0 && text[at - 1] !== ' ') return undefined;
  const blank = text.indexOf(' ', at + 3);
  const chain = text.slice(at + 3, blank < 0 ? undefined : blank);
  if (chain === '' || chain.startsWith('!') || chain.startsWith('-')) return undefined;
  const before = at < 2 ? '' : text.slice(text.lastIndexOf(' ', at - 2) + 1, at - 1);
  return textStyle(before) === 'word' ? chain : undefined;
}

/**
 * Chains that lead back to the first of them, which is repeated at the end, if a packet can get there from a built-in chain. The
 * kernel refuses such a table ("Too many links") and takes loops that no packet can reach.
 */
export function findLoop(table: Table): readonly string[] | undefined {
  const targets = new Map(table.chains.map((chain) => [chain.name, chain.rules]));
  const done = new Set<string>();
  for (const { name } of table.chains) {
    if (!isBuiltin(table.name, name)) continue;
    const loop = findLoopFrom(name, (chain) => successors(targets.get(chain) ?? [], targets), done);
    if (loop !== undefined) return loop;
  }
  return undefined;
}

function successors(rules: Table['chains'][number]['rules'], known: ReadonlyMap<string, unknown>): Iterator<string> {
  const chains = new Set<string>();
  for (const rule of rules) {
    const jump = jumpOf(rule);
    if (jump !== undefined && known.has(jump.chain)) chains.add(jump.chain);
  }
  return chains.values();
}

/** Depth first with a path of its own: 17,000 chains in a row are more than the call stack holds. */
function findLoopFrom(
  start: string,
  next: (chain: string) => Iterator<string>,
  done: Set<string>,
): readonly string[] | undefined {
  const path = new Map([[start, next(start)]]);
  const names = [start];
  for (let top = names.at(-1); top !== undefined; top = names.at(-1)) {
    const step = path.get(top)?.next();
    if (step === undefined || step.done === true) {
      done.add(top);
      path.delete(top);
      names.pop();
    } else if (path.has(step.value)) {
      return [...names.slice(names.indexOf(step.value)), step.value];
    } else if (!done.has(step.value)) {
      path.set(step.value, next(step.value));
      names.push(step.value);
    }
  }
  return undefined;
}
