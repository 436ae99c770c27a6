import { GUARDS } from '../../core/guards/registry.ts';
import type { Action } from '../../core/plan/view/types.ts';

/** Ids of results are a contract: they never change their meaning. */
type SarifRule = { readonly id: string; readonly text: string; readonly level: 'error' | 'warning' | 'note' };

const ACTIONS: Readonly<Record<Action, string>> = {
  create: 'A rule is added',
  update: 'A rule is changed',
  delete: 'A rule is removed',
  move: 'A rule is moved',
};

export const SARIF_RULES: readonly SarifRule[] = [
  ...GUARDS.map(({ id, sarif }) => ({ id, text: sarif, level: 'error' as const })),
  ...Object.entries(ACTIONS).map(([action, text]) => ({ id: `fw/rule-${action}`, text, level: 'note' as const })),
  { id: 'fw/rule-in-use', text: 'A rule that has carried traffic is removed or changed', level: 'warning' },
  { id: 'fw/policy', text: 'A policy changes', level: 'warning' },
  { id: 'fw/set-create', text: 'A set is added', level: 'note' },
  { id: 'fw/set-update', text: 'Entries or options of a set change', level: 'note' },
  { id: 'fw/set-delete', text: 'A set is removed', level: 'note' },
  { id: 'fw/chain', text: 'A chain comes or goes', level: 'note' },
  { id: 'fw/check', text: 'A check is tried after the apply', level: 'note' },
  { id: 'fw/traffic-opened', text: 'Traffic that was stopped passes', level: 'warning' },
  { id: 'fw/traffic-closed', text: 'Traffic that passed is stopped', level: 'warning' },
  { id: 'fw/traffic-other', text: 'Traffic goes another way, or is refused in another way', level: 'note' },
  { id: 'fw/traffic-at-most', text: 'Of what changes in traffic only a limit is known', level: 'note' },
  { id: 'fw/traffic-not-judged', text: 'Of what changes in traffic nothing is known', level: 'note' },
  { id: 'fw/connections-refused', text: 'Running connections would be refused', level: 'warning' },
  { id: 'fw/connections-end', text: 'An apply ends running connections', level: 'warning' },
  { id: 'fw/check-command', text: 'A program is run as root after the apply, as a check', level: 'warning' },
];
