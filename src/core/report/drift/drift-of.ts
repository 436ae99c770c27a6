import { type Claim, claimsOn } from '../../desired/claim.ts';
import { FwError } from '../../diagnostics/errors.ts';
import { diffTable } from '../../diff/diff-table.ts';
import { viewTable } from '../../diff/view.ts';
import { adopt } from '../../ownership/adopt.ts';
import { ownershipOf } from '../../ownership/ownership.ts';
import { disputedChains, stepOwnership } from '../../ownership/step-ownership.ts';
import type { NamespaceInput } from '../../plan/assemble.ts';
import { inOrder } from '../../plan/in-order.ts';
import { pinForeign } from '../../plan/pin-foreign.ts';
import type { Plan, PlannedNamespace, TableStep } from '../../plan/types.ts';
import { pristineTable, TABLES } from '../../rules/builtin.ts';
import { digestTable } from '../../rules/digest.ts';
import { FAMILIES, type TableName } from '../../rules/types.ts';
import { driftSets } from '../../sets/drift-sets.ts';

/**
 * What happened to the firewall since a generation: from what it declared to what is live, in the form of a plan whose steps have no
 * restore text. A rule that came is an added one, a rule that went a removed one. Foreign chains of shared tables do not drift.
 */
export function driftOf(inputs: readonly NamespaceInput[], context: number): Plan {
  const tables = inputs.flatMap((input) =>
    FAMILIES.flatMap((family) =>
      TABLES.flatMap((name): TableStep[] => {
        const live = input.live[family].tables.find((table) => table.name === name);
        const claims = claimsOn(input.claims, family, name);
        checkUndisputed(name, claims, input.owners);
        const others = input.others?.chains[family].get(name) ?? [];
        const goal = adopt(name, live, claims, input.owners, others);
        const diff = diffTable(name, goal, live);
        if (diff.chains.length === 0) return [];
        const ownership = stepOwnership(claims, input.owners, others);
        const chains = viewTable(pinForeign(diff, ownershipOf(name, ownership)), {
          context,
          originOf: () => undefined,
        });
        const { namespace, backend } = input;
        const digests = { before: digestTable(goal, name), after: digestTable(live, name) };
        return [
          {
            namespace,
            family,
            backend,
            table: name,
            ownership,
            chains,
            edits: [],
            reverse: [],
            before: goal,
            after: live ?? pristineTable(name),
            digests,
            created: false,
            notes: [],
          },
        ];
      }),
    ),
  );
  const sets = inputs.flatMap(({ namespace, sets: pairs }) => driftSets(namespace, pairs));
  return { version: 1, namespaces: inputs.map(describe), steps: inOrder(tables, sets), foreign: [] };
}

/** An fw of before took such a state; what it made of the chain is nothing that could be compared. */
function checkUndisputed(table: TableName, claims: readonly Claim[], owners: readonly string[]): void {
  const [chain] = disputedChains(table, claims, owners);
  if (chain === undefined) return;
  throw new FwError(
    'state.invalid',
    `the generation declares chain ${chain} of table ${table}, and keeps it as one of others`,
    {
      next: 'Apply a state that says one of both; the generation that it makes can be compared.',
    },
  );
}

function describe({ namespace, backend }: NamespaceInput): PlannedNamespace {
  return { namespace, backend, rules: { ipv4: 0, ipv6: 0 } };
}
