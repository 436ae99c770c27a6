import type { Expectation } from '../../desired/types.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { LIMITS } from '../../limits.ts';
import { pathWithout } from '../../packets/flow/check-flow.ts';
import { printFlow } from '../../packets/flow/print-flow.ts';
import type { FlowPattern } from '../../packets/types/flow-pattern.ts';
import type { Path } from '../../packets/types/traffic.ts';
import type { ReadFlow, ReadTest, WrittenFlow, WrittenTest, WrittenText } from '../as-written/written.ts';
import { expandFlow } from '../values/expand-flow.ts';
import { isWanted, type Place, spanAt } from '../values/expanding.ts';

/** A test of a document or a template with what its values stand for. It expects nothing where its condition does not hold. */
export function expandTest(test: WrittenTest, place: Place, diagnostics: Diagnostic[]): ReadTest {
  const { name, path, when, span } = test;
  const isMeant = isWanted({ diagnostics }, when, place);
  const expectations = (isMeant ? test.expectations : []).flatMap(({ kind, flow }): Expectation[] => {
    const read = readAt(flow, path, place, diagnostics);
    return read === undefined ? [] : [{ kind, ...read }];
  });
  return { ...(name === undefined ? {} : { name }), expectations, span: spanAt(span, place) };
}

/** A flow under `reachable:` with what its values stand for. */
export function expandReachable({ name, flow }: WrittenFlow, place: Place, diagnostics: Diagnostic[]): ReadFlow {
  const read = readAt(flow, undefined, place, diagnostics);
  return read === undefined ? {} : { flow: { ...(name === undefined ? {} : { name }), ...read } };
}

function readAt(
  written: WrittenText,
  ofTest: Path | undefined,
  place: Place,
  diagnostics: Diagnostic[],
): Omit<Expectation, 'kind'> | undefined {
  const span = spanAt(written.span, place);
  const flow = expandFlow({ ...written, span }, place.scope, diagnostics);
  if (flow === undefined) return undefined;
  const path = flow.path ?? ofTest ?? 'INPUT';
  const printed = printFlow(flow);
  const problem = findContradiction(flow, path, ofTest) ?? tooLong(printed);
  if (problem === undefined) return { path, flow: printed, span };
  diagnostics.push({ severity: 'error', code: 'state.test', span, ...problem });
  return undefined;
}

/** A plan carries the flow as fw prints it, and reads it again. */
function tooLong(printed: string): { readonly message: string; readonly hint: string } | undefined {
  if (printed.length <= LIMITS.flow.most) return undefined;
  return { message: `The flow is longer than ${LIMITS.flow.most} characters`, hint: 'Write two flows.' };
}

const WAYS: Readonly<Record<Path, string>> = {
  INPUT: 'to this host',
  FORWARD: 'through this host',
  OUTPUT: 'from this host',
};

function findContradiction(
  flow: FlowPattern,
  path: Path,
  ofTest: Path | undefined,
): { readonly message: string; readonly hint: string } | undefined {
  if (ofTest !== undefined && path !== ofTest) {
    const message = `The test is about packets ${WAYS[ofTest]}, and the flow goes ${WAYS[path]}`;
    return { message, hint: 'Remove one of the two, or write two tests.' };
  }
  const link = pathWithout(path, flow);
  if (link === undefined) return undefined;
  const hint = link === 'output' ? 'Remove `out`, or write `through host` or `from host`.' : 'Remove `in`.';
  return { message: `A packet ${WAYS[path]} has no ${link} interface`, hint };
}
