import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { matchRow, type SharedState } from '../extensions/matches.ts';
import { targetRow } from '../extensions/targets.ts';
import { byName, type Holder, holdersOf, type Kind, type OwnedTable } from './holders.ts';

const WARNING = { severity: 'warning', code: 'state.named-state' } as const;

/** What the kernel keeps under the name, and the option that gives it. */
const SHARED = {
  hashlimit: shared(matchRow('hashlimit')),
  recent: shared(matchRow('recent')),
  rateest: shared(targetRow('RATEEST')),
} as const satisfies Record<Kind, SharedState>;

/**
 * Rules of one family of a namespace that name the same state of the kernel and want other settings for it. The kernel has one of each name, with the
 * settings of whichever rule made it.
 */
export function checkNamedState(tables: readonly OwnedTable[]): readonly Diagnostic[] {
  const holders = tables.flatMap(holdersOf);
  if (holders.length < 2) return [];
  return [...byName(holders).values()].flatMap((group): Diagnostic[] => {
    const [first] = group;
    if (first === undefined || group.every(({ settings }) => settings === first.settings)) return [];
    const foreign = group.find(({ isOurs }) => !isOurs);
    if (foreign !== undefined) {
      return group
        .filter((holder) => holder.isOurs && holder.settings !== foreign.settings)
        .map((holder) => usedByOther(holder, foreign));
    }
    return group.filter((holder) => holder.settings !== first.settings).map((holder) => disagree(holder, first));
  });
}

/**
 * Settings that the plan seems to change and the kernel does not: those of state that a rule of another program holds, and the mask of a list of recent,
 * which goes on with the list.
 */
export function checkKeptState(
  before: readonly OwnedTable[],
  after: readonly OwnedTable[],
  freed: ReadonlySet<string>,
): readonly Diagnostic[] {
  const old = byName(before.flatMap(holdersOf));
  if (old.size === 0) return [];
  return [...byName(after.flatMap(holdersOf))].flatMap(([key, group]): Diagnostic[] => {
    const was = old.get(key);
    const [first] = group;
    const foreign = group.find(({ isOurs }) => !isOurs);
    if (was === undefined || first === undefined) return [];
    if (first.kind === 'hashlimit' && freed.has(first.name) && foreign === undefined) return [];
    // Rules that want different settings have a message of their own.
    if (group.some(({ settings }) => settings !== first.settings)) return [];
    const other = was.find(({ settings }) => settings !== first.settings);
    const ours = group.find(({ isOurs }) => isOurs);
    return other === undefined || ours === undefined
      ? []
      : [
          keptOn(
            ours,
            other,
            group.find(({ isOurs }) => !isOurs),
          ),
        ];
  });
}

function disagree(holder: Holder, first: Holder): Diagnostic {
  const { kind, name, rule } = holder;
  return {
    ...WARNING,
    message: `Two rules want other settings for the ${SHARED[kind].what} \`${name}\`: the kernel has one of that name, ${kind === 'rateest' ? 'and refuses the rule that it loads second' : 'with the settings of the rule that it loads first'}`,
    ...(rule.span === undefined ? {} : { span: rule.span }),
    ...(first.rule.span === undefined ? {} : { related: [{ message: 'the other one', span: first.rule.span }] }),
    hint: `Give each a ${SHARED[kind].option} of its own, or both the same settings.`,
  };
}

function usedByOther({ kind, name, rule }: Holder, foreign: Holder): Diagnostic {
  return {
    ...WARNING,
    message: `A rule of another program holds the ${SHARED[kind].what} \`${name}\` with other settings, and the kernel ${kind === 'rateest' ? 'refuses this rule' : 'keeps those'}`,
    ...(rule.span === undefined ? {} : { span: rule.span }),
    output: `${foreign.table} ${foreign.chain}: ${foreign.rule.text}`,
    outputOf: 'iptables-save',
    hint: `Give this rule another ${SHARED[kind].option}.`,
  };
}

function keptOn({ kind, name, rule }: Holder, was: Holder, foreign: Holder | undefined): Diagnostic {
  const why =
    foreign !== undefined
      ? 'its settings, since a rule of another program holds it'
      : kind === 'rateest'
        ? 'its interval'
        : 'its addresses and its mask';
  const isRefused = kind === 'rateest';
  return {
    ...WARNING,
    message: isRefused
      ? `The ${SHARED[kind].what} \`${name}\` keeps ${why} for as long as a rule names it: the kernel refuses this rule, and an apply of it ends in the rehearsal with nothing changed`
      : `The ${SHARED[kind].what} \`${name}\` keeps ${why}: what this rule says anew has no effect while the name is in use`,
    ...(rule.span === undefined ? {} : { span: rule.span }),
    output: `${was.table} ${was.chain}: ${(foreign ?? was).rule.text}`,
    outputOf: 'iptables-save',
    hint: `Give it another ${SHARED[kind].option}${isRefused && foreign === undefined ? ', or take the old rule out in an apply before' : ''}.`,
  };
}

function shared({ shares }: { readonly shares?: SharedState }): SharedState {
  if (shares === undefined) throw new Error('Bug: an extension that shares nothing by its name');
  return shares;
}
