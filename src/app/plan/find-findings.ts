import { sampleOf } from '../../core/generation/count-packets.ts';
import { lastConfirmedOf } from '../../core/generation/last-confirmed.ts';
import { namespaceRuleKeys } from '../../core/generation/rule-keys.ts';
import type { NumberedGeneration } from '../../core/generation/types.ts';
import { NARROW_SOURCES } from '../../core/guards/check-exposure.ts';
import { checkGuards } from '../../core/guards/check-guards.ts';
import type { Finding } from '../../core/guards/finding.ts';
import { setKey } from '../../core/guards/set-key.ts';
import { hasChanges } from '../../core/plan/count-changes.ts';
import { untouchedTables } from '../../core/plan/standing-tables.ts';
import type { Plan } from '../../core/plan/types.ts';
import { openedByPlan } from '../../core/traffic/opened-by-plan.ts';
import type { Ports } from '../../ports/ports.ts';
import { judgeMade } from '../flow-tests/judge-made.ts';
import { readWhole } from '../generations/kept-generations.ts';
import { newestGeneration } from '../generations/pick-generation.ts';
import { takenOverSince } from '../generations/taken-over-since.ts';
import type { MadePlan } from './make-plan.ts';
import { sessionOnce } from './own-session.ts';

/** What in a plan needs more than an ordinary yes, from the plan, the last generation and the connection of the user who runs fw. */
export async function findFindings(ports: Ports, made: MadePlan): Promise<readonly Finding[]> {
  // What is live may break a promise without any change.
  if (!hasChanges(made.plan)) return checkGuards(made.plan, { emptyDesired: [], tests: judgeMade(made) });
  const last = made.isElsewhere === true ? undefined : await lastGeneration(ports);
  const ssh = made.isElsewhere === true ? undefined : await (made.session ?? sessionOnce(ports))();
  const confirmed = last === undefined ? undefined : await confirmedOf(ports, last);
  return checkGuards(made.plan, {
    opened: openedByPlan(made.plan, {
      live: made.live,
      least: NARROW_SOURCES,
      ...(confirmed === undefined ? {} : { confirmed }),
    }),
    standing: untouchedTables(made.live, made.plan),
    emptyDesired: made.emptyDesired,
    tests: judgeMade(made),
    states: made.about().applied,
    ...(ssh === undefined ? {} : { ssh, settings: ports.hostSettings() }),
    ...(last === undefined ? {} : factsOf(last, made.plan)),
  });
}

/** What a person confirmed last: what it opened then is no news. Where it is gone or damaged, the oldest generation that can be read and is not older. */
async function confirmedOf(ports: Ports, last: NumberedGeneration) {
  const confirmed = await firstWhole(ports, lastConfirmedOf(last), last);
  return {
    number: confirmed.number,
    confirmed: confirmed.generation.namespaces,
    taken: await takenOverSince(ports, confirmed, last),
    now: last.generation.namespaces,
  };
}

async function firstWhole(ports: Ports, wanted: number, last: NumberedGeneration): Promise<NumberedGeneration> {
  if (wanted === last.number) return last;
  const numbers = (await ports.generations.numbers()).filter((one) => one >= wanted && one < last.number);
  for (const number of numbers) {
    const found = await readWhole(ports, number);
    if (found !== undefined) return found;
  }
  return last;
}

/** What fw has made itself, and what its rules had matched by then. */
function factsOf({ number, generation: { namespaces } }: NumberedGeneration, plan: Plan) {
  return {
    known: namespaceRuleKeys(namespaces, plan),
    knownSets: new Set(namespaces.flatMap(({ namespace, sets }) => sets.map(({ name }) => setKey(namespace, name)))),
    earlier: { since: `generation ${number}`, counters: sampleOf(namespaces, plan) },
  };
}

/** Without root the generations of this machine are out of reach. */
async function lastGeneration(ports: Ports): Promise<NumberedGeneration | undefined> {
  if (!ports.kernel.isPrivileged()) return undefined;
  return newestGeneration(ports);
}
