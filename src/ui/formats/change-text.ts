import type { ResourceChange, SetChange, Side } from '../../core/plan/view/types.ts';
import { cleanText } from '../text/clean-text.ts';
import { hasCarried, packets } from '../text/counters-text.ts';

const VERB = { create: 'adds', update: 'changes', delete: 'removes', move: 'moves' } as const;

/** One change in words, cleaned: what is done where, and the rule. */
export function changeText(resource: ResourceChange): { readonly title: string; readonly message: string } {
  if (resource.type === 'set') return setChangeText(resource);
  const { address, change, type, counters } = resource;
  const [action] = change.actions;
  const carried = counters === null ? undefined : ([counters.packets, counters.bytes] as const);
  const kept = resource.counters_kept === true ? ', counter kept' : '';
  const used = carried !== undefined && hasCarried(carried) ? ` (carried ${packets(carried)}${kept})` : '';
  const what = { rule: 'a rule', policy: 'a policy', chain: 'a chain' }[type];
  return {
    title: clean(`${VERB[action]} ${what}: ${address}`),
    message: clean(`${sides(change.before, change.after)}${used}`),
  };
}

/** Whether a rule that has seen packets goes or becomes another one. */
export function isInUse(resource: ResourceChange): boolean {
  if (resource.type !== 'rule') return false;
  const { change, counters } = resource;
  const [action] = change.actions;
  if (counters === null || resource.counters_kept === true || (action !== 'delete' && action !== 'update'))
    return false;
  return hasCarried([counters.packets, counters.bytes]);
}

/** Whether it decides what becomes of every packet that no rule takes. */
export function isOfPolicy({ type }: ResourceChange): boolean {
  return type === 'policy';
}

function setChangeText({ address, change: { actions, before, after }, entries }: SetChange) {
  const [was, is] = [before, after].map((side) => (side === null ? '' : `${side.type} ${side.options}`.trimEnd()));
  const kind = was === '' || is === '' || was === is ? (is === '' ? was : is) : `${was} -> ${is}`;
  return {
    title: clean(`${VERB[actions[0]]} a set: ${address}`),
    message: clean(`${kind}: ${entriesText(entries)}`),
  };
}

/** `+120 -3 entries: +203.0.113.0/24, ... and 122 more` */
function entriesText({ added, removed, first_added, first_removed }: SetChange['entries']): string {
  const shown = [...first_added.map((entry) => `+${entry}`), ...first_removed.map((entry) => `-${entry}`)];
  const more = added + removed - shown.length;
  const list = shown.length === 0 ? '' : `: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `+${added} -${removed} entries${list}`;
}

function sides(before: Side | null, after: Side | null): string {
  const [was, is] = [before === null ? '' : text(before), after === null ? '' : text(after)];
  if (was === '' || is === '' || was === is) return is === '' ? was : is;
  return `${was} -> ${is}`;
}

function text(side: Side): string {
  if ('rule' in side) return side.rule;
  return 'policy' in side ? side.policy : side.chain;
}

function clean(words: string): string {
  return cleanText(words, true);
}
