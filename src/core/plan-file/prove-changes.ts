import type { ChainChange, Line } from '../diff/types.ts';
import type { TableStep } from '../plan/types.ts';
import { withoutComments } from '../rule-text/without-comments.ts';
import { BUILTIN, isBuiltin } from '../rules/builtin.ts';
import { chainsByName } from '../rules/chains-by-name.ts';
import type { Chain, Counters, Rule } from '../rules/types.ts';

/** Whether the changes that a step shows are all that leads from one table to the other, in the order in which fw shows them. */
export function shows(step: Pick<TableStep, 'table' | 'chains' | 'before' | 'after'>): boolean {
  const old = chainsByName(step.before);
  const fresh = chainsByName(step.after);
  const changes = new Map(step.chains.map((change) => [change.name, change]));
  if (changes.size !== step.chains.length || !isInOrder(step)) return false;
  return [...new Set([...old.keys(), ...fresh.keys(), ...changes.keys()])].every((name) => {
    const [change, was, is] = [changes.get(name), old.get(name), fresh.get(name)];
    if (change === undefined)
      return isSameChain(was, is) && (isBuiltin(step.table, name) || wayOf(was, is) === 'changed');
    const status = isBuiltin(step.table, name) ? 'changed' : wayOf(was, is);
    return change.status === status && !(isSameChain(was, is) && status === 'changed') && leadsTo(change, was, is);
  });
}

/** Built-in chains in hook order, then the others by name. */
function isInOrder({ table, chains }: Pick<TableStep, 'table' | 'chains'>): boolean {
  const place = (name: string) => (isBuiltin(table, name) ? BUILTIN[table].indexOf(name) : Number.POSITIVE_INFINITY);
  return chains.every(({ name }, at) => {
    const next = chains[at + 1]?.name;
    if (next === undefined) return true;
    return place(name) < place(next) || (place(name) === place(next) && name < next);
  });
}

/** What becomes of a user chain. */
function wayOf(before: Chain | undefined, after: Chain | undefined): ChainChange['status'] {
  if (before === undefined) return 'new';
  return after === undefined ? 'removed' : 'changed';
}

function isSameChain(before: Chain | undefined, after: Chain | undefined): boolean {
  const [old, fresh] = [before?.rules ?? [], after?.rules ?? []];
  return (
    policyOf(before) === policyOf(after) &&
    old.length === fresh.length &&
    old.every(({ text }, at) => text === fresh[at]?.text)
  );
}

/** A built-in chain that a table leaves out is pristine. */
function policyOf(chain: Chain | undefined): string {
  return chain?.policy ?? 'ACCEPT';
}

function leadsTo(change: ChainChange, before: Chain | undefined, after: Chain | undefined): boolean {
  const { from, to } = change.policy ?? { from: policyOf(before), to: policyOf(before) };
  if (policyOf(before) !== from || policyOf(after) !== to) return false;
  if (change.policy !== undefined && from === to) return false;
  return walks(change.lines, before?.rules ?? [], after?.rules ?? []);
}

/**
 * Whether the lines are a walk over both lists: what leaves and what comes at its place, with its text and what it has counted, and between that all
 * that stays, shown or counted.
 */
function walks(lines: readonly Line[], old: readonly Rule[], fresh: readonly Rule[]): boolean {
  const leaving = new Set(lines.flatMap((line) => (line.kind !== 'keep' && 'from' in line ? [line.from] : [])));
  const coming = new Set(lines.flatMap((line) => (line.kind !== 'keep' && 'to' in line ? [line.to] : [])));
  const stays = old.flatMap((_, at) => (leaving.has(at + 1) ? [] : [at + 1]));
  const kept = fresh.flatMap((_, at) => (coming.has(at + 1) ? [] : [at + 1]));
  if (stays.length !== kept.length) return false;
  if (!stays.every((from, at) => old[from - 1]?.text === fresh[(kept[at] ?? 0) - 1]?.text)) return false;
  let next = 0;
  let [lastFrom, lastTo] = [0, 0];
  let hasCome = false;
  const moved = new Set<number>();
  for (const line of lines) {
    // What leaves stands before what comes to the same place.
    if (line.kind === 'remove' && hasCome) return false;
    hasCome = line.kind === 'add' || isFromAnywhere(line) || (hasCome && line.kind === 'remove');
    if (line.kind === 'skip') next += line.count;
    else if (line.kind === 'keep') {
      if (line.from !== stays[next] || line.to !== kept[next] || line.text !== fresh[line.to - 1]?.text) return false;
      next += 1;
    } else {
      const [low, high] = [next - 1, next];
      if ('to' in line) {
        if (line.to <= lastTo || line.to <= (kept[low] ?? 0) || line.to >= (kept[high] ?? fresh.length + 1))
          return false;
        if (line.text !== fresh[line.to - 1]?.text) return false;
        lastTo = line.to;
      }
      if ('from' in line) {
        const rule = old[line.from - 1];
        const was = line.kind === 'change' ? line.before : line.text;
        if (rule?.text !== was || !isSameCount(rule.counters, line.counters)) return false;
        if (
          line.kind === 'change' &&
          line.keepsCounters === true &&
          withoutComments(was) !== withoutComments(line.text)
        ) {
          return false;
        }
        if (isFromAnywhere(line)) {
          if (moved.has(line.from)) return false;
          moved.add(line.from);
        } else {
          if (line.from <= lastFrom || line.from <= (stays[low] ?? 0)) return false;
          if (line.from >= (stays[high] ?? old.length + 1)) return false;
          lastFrom = line.from;
        }
      }
    }
  }
  const gone = lines.filter((line) => line.kind !== 'keep' && 'from' in line).length;
  return next === stays.length && leaving.size === gone;
}

/** A rule that moves, and one of which only the comment changes, may come from another place of the chain. */
function isFromAnywhere(line: Line): boolean {
  return line.kind === 'move' || (line.kind === 'change' && line.keepsCounters === true);
}

function isSameCount(one: Counters | undefined, other: Counters | undefined): boolean {
  return one?.[0] === other?.[0] && one?.[1] === other?.[1];
}
