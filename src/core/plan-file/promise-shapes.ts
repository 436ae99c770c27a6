import { LIMITS } from '../limits.ts';
import { parseFlow } from '../packets/flow/parse-flow.ts';
import { printFlow } from '../packets/flow/print-flow.ts';
import { PATHS } from '../packets/types/traffic.ts';
import { filled, list, object, oneOf, type Shape, text } from './shape.ts';

/** As fw prints a flow: no other text means the same packets for a reader and for fw. */
const flow = text({
  most: LIMITS.planWords.most,
  isGood: (written) => {
    const parsed = parseFlow(written);
    return 'flow' in parsed && printFlow(parsed.flow) === written;
  },
});
const words = text({ most: LIMITS.planWords.most });
const promise = { path: oneOf(...PATHS), flow, origin: words };
const expectation = object({ kind: oneOf('allow', 'deny', 'allow-if'), ...promise });

/** What a plan promises of packets and connections; plans of an earlier fw have none of it, nor has one of a state that promises nothing. */
export function promiseShapes(namespace: Shape): Readonly<Record<'tests' | 'reachable' | 'connections', Shape>> {
  // Of no namespace it would promise nothing, and look as if it did.
  const about = { namespaces: filled(namespace) };
  return {
    tests: list(object({ ...about, expectations: list(expectation), origin: words }, { name: words })),
    reachable: list(object({ ...about, ...promise }, { name: words })),
    connections: list(object({ ...about, origin: words })),
  };
}
