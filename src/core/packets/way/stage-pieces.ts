import type { BaseChain } from '../base-chains.ts';
import { FALSE, TRUE } from '../diagram/node-table.ts';
import type { FieldName, Range } from '../types/condition.ts';
import { reroute, translate } from './alter.ts';
import type { End } from './ends.ts';
import type { Model } from './model.ts';
import { type Fate, stopped } from './outcomes.ts';
import { KEPT_CONNECTION_MARK, KEPT_MARK, type Rewriting } from './rewriting.ts';
import type { KnownRewriting } from './rewritings.ts';

/** Packets as they came in, and what the way made of them. */
export type Part = readonly [rewriting: KnownRewriting, set: number];

/** What came in through lo has the marks that it got on its way out, which are not known here. */
export function startParts({ matches, rewritings, own, way }: Model, set: number): readonly Part[] {
  const { diagram } = matches.space;
  const value: Rewriting =
    way.path === 'FORWARD' ? { ...matches.untouched.value, output: 'unrouted' } : matches.untouched.value;
  return present([
    [rewritings.known(value), diagram.minus(set, own)],
    [rewritings.known({ ...value, mark: KEPT_MARK, connectionMark: KEPT_CONNECTION_MARK }), diagram.and(set, own)],
  ]);
}

/** The packet on its way to the next table: behind nat PREROUTING it is routed, and has the interface that it is to go out by. */
export function goOn({ rewritings }: Model, { table, chain }: BaseChain, rewriting: KnownRewriting): KnownRewriting {
  const { output, ...value } = rewriting.value;
  return output === 'unrouted' && table === 'nat' && chain === 'PREROUTING' ? rewritings.known(value) : rewriting;
}

/** The packets that the table looks at, as it sees them; nat passes by the others. */
export function enter(
  { matches, rewritings, own, translatable }: Model,
  { table }: BaseChain,
  [rewriting, set]: Part,
): { readonly entering: readonly Part[]; readonly skipping: readonly Part[] } {
  const { diagram } = matches.space;
  const { value } = rewriting;
  if (table === 'raw') {
    const entering = present([
      [rewritings.known({ ...value, entry: 'none' }), diagram.minus(set, own)],
      [rewritings.known({ ...value, entry: 'own' }), diagram.and(set, own)],
    ]);
    return { entering, skipping: [] };
  }
  if (table !== 'nat') return { entering: [[rewriting, set]], skipping: [] };
  const looked = value.entry === undefined ? diagram.and(set, translatable) : FALSE;
  return {
    entering: present([[rewriting, looked]]),
    skipping: present([[rewriting, diagram.minus(set, looked)]]),
  };
}

/** The packet behind the table. Behind raw conntrack gives it an entry, unless a rule took it out. */
export function leave(
  { matches, rewritings, way }: Model,
  { table, chain }: BaseChain,
  rewriting: KnownRewriting,
): KnownRewriting {
  const { entry, ...value } = rewriting.value;
  if (table === 'raw') return rewritings.known(entry === 'rule' ? { ...value, entry } : value);
  if (table !== 'mangle' || chain !== 'OUTPUT' || way.path !== 'OUTPUT') return rewriting;
  return rewritings.known(reroute(matches.untouched.value, rewriting.value));
}

/** What an end of a table means to a packet: another packet that goes on, or the end of its way. */
export function behindEnd(model: Model, end: End, [rewriting, set]: Part): readonly Part[] | Fate {
  const { value } = rewriting;
  switch (end.kind) {
    case 'accept':
    case 'return':
      return [[rewriting, set]];
    case 'queue':
      return [[model.rewritings.known({ ...value, handed: [...value.handed, end.text] }), set]];
    case 'translate':
      return translatedParts(model, end, [rewriting, set]);
    case 'drop':
      return stopped(end.kind, undefined, rewriting);
    default:
      return stopped(end.kind, end.text, rewriting);
  }
}

/** A port that is among those of the rule stays, and who is at the address already is not translated. */
function translatedParts(
  { matches, rewritings, way }: Model,
  end: Extract<End, { kind: 'translate' }>,
  [rewriting, set]: Part,
): readonly Part[] {
  const { diagram, family } = matches.space;
  const { addresses, ports } = end.to;
  const isOne = addresses !== undefined && addresses[0] === addresses[1];
  const among = (field: FieldName, range: Range | undefined) =>
    range === undefined ? TRUE : matches.set({ kind: 'ranges', field, ranges: [range] }, rewriting);
  const sameAddress = isOne ? among(end.what, addresses) : FALSE;
  const samePort = among(end.what === 'source' ? 'sourcePort' : 'destinationPort', ports);
  const both = [true, false];
  return present(
    both.flatMap((address) =>
      both.map((port): Part => {
        const here = diagram.and(
          address ? sameAddress : diagram.not(sameAddress),
          port ? samePort : diagram.not(samePort),
        );
        const value = translate(rewriting.value, end, { path: way.path, family, kept: { address, port } });
        return [rewritings.known(value), diagram.and(set, here)];
      }),
    ),
  );
}

function present(parts: readonly Part[]): readonly Part[] {
  return parts.filter(([, set]) => set !== FALSE);
}
