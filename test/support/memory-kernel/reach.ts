import { jumpTarget } from '../../../src/core/rule-text/jumps.ts';
import { BUILTIN } from '../../../src/core/rules/builtin.ts';
import type { Backend } from '../../../src/core/rules/types.ts';
import type { LiveRule, LiveTable } from './live-table.ts';
import { Unmodelled } from './refused.ts';
import { TARGETS } from './rule-options.ts';

/** nft 16, less two for what is counted otherwise; nothing here goes so deep. */
const DEEPEST = 14;

/** What the kernel has against the ways of packets through a table; undefined where it takes it. */
export function findFault(table: LiveTable, backend: Backend): 'Too many links' | 'Invalid argument' | undefined {
  let fault: ReturnType<typeof findFault>;
  const visit = (chain: string, hook: string, path: readonly string[]): void => {
    if (path.length > DEEPEST) throw new Unmodelled('chains that call each other so deeply');
    for (const rule of table.chains.get(chain)?.rules ?? []) {
      const target = jumpTarget(rule.text)?.chain;
      if (target !== undefined && table.chains.has(target)) {
        if (path.includes(target)) fault ??= 'Too many links';
        else visit(target, hook, [...path, target]);
      } else if (isMisplaced(table, target, hook)) fault ??= 'Invalid argument';
      if (backend === 'legacy' && endsEveryPacket(rule)) return;
    }
  };
  for (const hook of BUILTIN[table.name]) visit(hook, hook, [hook]);
  return fault ?? (hasWrongTable(table) ? 'Invalid argument' : undefined);
}

/** Legacy does not look behind a rule that every packet ends at. */
function endsEveryPacket({ text }: LiveRule): boolean {
  return /^-j (?:ACCEPT|DROP|RETURN)$/.test(text);
}

function isMisplaced({ name }: LiveTable, target: string | undefined, hook: string): boolean {
  const only = TARGETS[target ?? '']?.only;
  return only !== undefined && (only.table !== name || !only.hooks.includes(hook));
}

/** A target in a table that is not its own is refused also where no packet comes. */
function hasWrongTable({ name, chains }: LiveTable): boolean {
  return [...chains.values()].some(({ rules }) =>
    rules.some(({ text }) => {
      const only = TARGETS[jumpTarget(text)?.chain ?? '']?.only;
      return only !== undefined && only.table !== name;
    }),
  );
}
