import { fieldOf, somePart } from '../rule/some-part.ts';
import { hasRuleOn, type Side, someRule } from '../side/side.ts';
import type { Condition } from '../types/condition.ts';
import { tracksConnections, wayOfSides } from '../way/path-model.ts';

/** Whether a change makes the kernel begin, or cease, to track the connections of the family: the first rule that needs it, or the last one that goes. */
export function turnOfTracking(before: Side, after: Side): 'begins' | 'ceases' | undefined {
  const [was, will] = [tracksConnections(before), tracksConnections(after)];
  if (was === will) return undefined;
  return will ? 'begins' : 'ceases';
}

/** Why forwarded packets are not judged: conntrack puts fragments together in front of all rules, and a rule that saw one behind the first sees the whole packet. */
export function fragmentsAtTurn(before: Side, after: Side): string | undefined {
  const turn = turnOfTracking(before, after);
  if (turn === undefined) return undefined;
  const apart = turn === 'begins' ? before : after;
  const way = wayOfSides([before, after], 'FORWARD');
  return hasRuleOn([apart], way, actsByFragment)
    ? `the kernel ${turn} to put fragments together with this change, and rules on this way ask for what a later fragment does not have`
    : undefined;
}

const actsByFragment = someRule(
  ({ rule: { action, conditions } }) => action.kind !== 'continue' && conditions.some(tellsFragments),
);

/** Whether a fragment behind the first may be answered otherwise than the whole packet. */
function tellsFragments(condition: Condition): boolean {
  return somePart(condition, (part) => {
    const field = fieldOf(part);
    return field === undefined ? part.kind === 'question' || part.kind === 'set' : BEHIND_HEADER.has(field);
  });
}

const BEHIND_HEADER: ReadonlySet<string> = new Set([
  ...['sourcePort', 'destinationPort', 'icmp', 'tcpFlags', 'laterFragment'],
]);
