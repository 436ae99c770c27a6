import type { ChainChange, Line } from '../../diff/types.ts';
import { namespaceLabel } from '../../rules/namespace-label.ts';
import { promisedRows } from '../promised-rows.ts';
import type { Plan, TableStep } from '../types.ts';
import { countersDocument } from './counters-document.ts';
import { splitOrigin } from './placed.ts';
import { setChange } from './set-change.ts';
import type { Action, ResourceChange, Side, TableChange } from './types.ts';

type Place = Pick<TableChange, 'namespace' | 'family' | 'table' | 'chain'>;

/** Every change of a plan for itself, in the order in which they are made: a rule that both families get is two, and so is a set. */
export function listChanges({ steps }: Pick<Plan, 'steps'>): readonly ResourceChange[] {
  const changes: ResourceChange[] = [];
  for (const step of steps) {
    if ('set' in step) changes.push(setChange(step));
    else addStep(changes, step);
  }
  return changes;
}

function addStep(changes: ResourceChange[], step: TableStep): void {
  const { namespace, family, table } = step;
  for (const chain of promisedRows(step)) {
    const place = { namespace: namespaceLabel(namespace), family, table, chain: chain.name };
    addChain(changes, place, chain);
    for (const line of chain.lines) {
      if (line.kind !== 'keep' && line.kind !== 'skip') changes.push(ruleChange(place, line));
    }
    addPolicy(changes, place, chain);
  }
}

/** How a place is called in a document: `blue/ipv4/filter/INPUT`. */
export function placeAddress({ namespace, family, table, chain }: Place): string {
  return `${namespace}/${family}/${table}/${chain}`;
}

function addChain(changes: ResourceChange[], place: Place, { status, name }: ChainChange): void {
  if (status === 'changed') return;
  const [action, before, after]: [Action, Side | null, Side | null] =
    status === 'new' ? ['create', null, { chain: name }] : ['delete', { chain: name }, null];
  changes.push({
    address: placeAddress(place),
    type: 'chain',
    ...place,
    change: { actions: [action], before, after },
    source: null,
    counters: null,
  });
}

function addPolicy(changes: ResourceChange[], place: Place, { policy }: ChainChange): void {
  if (policy === undefined) return;
  changes.push({
    address: `${placeAddress(place)}#policy`,
    type: 'policy',
    ...place,
    change: { actions: ['update'], before: { policy: policy.from }, after: { policy: policy.to } },
    source: splitOrigin(policy.origin),
    counters: null,
  });
}

function ruleChange(place: Place, line: Exclude<Line, { kind: 'keep' | 'skip' }>): TableChange {
  const position = line.kind === 'remove' ? `-${line.from}` : `${line.to}`;
  return {
    address: `${placeAddress(place)}#${position}`,
    type: 'rule',
    ...place,
    change: { actions: [actionOf(line)], ...sidesOf(line) },
    source: line.kind === 'remove' ? null : splitOrigin(line.origin),
    counters: line.kind === 'add' ? null : countersDocument(line.counters),
    ...(line.kind === 'change' && line.keepsCounters === true ? { counters_kept: true } : {}),
  };
}

function actionOf({ kind }: Line): Action {
  if (kind === 'add') return 'create';
  if (kind === 'remove') return 'delete';
  return kind === 'move' ? 'move' : 'update';
}

function sidesOf(line: Exclude<Line, { kind: 'keep' | 'skip' }>): { before: Side | null; after: Side | null } {
  switch (line.kind) {
    case 'add':
      return { before: null, after: { position: line.to, rule: line.text } };
    case 'remove':
      return { before: { position: line.from, rule: line.text }, after: null };
    case 'move':
    case 'change':
      return {
        before: { position: line.from, rule: line.kind === 'move' ? line.text : line.before },
        after: { position: line.to, rule: line.text },
      };
    default:
      return line satisfies never;
  }
}
