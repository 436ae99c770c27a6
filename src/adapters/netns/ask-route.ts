import type { Namespace } from '../../core/rules/types.ts';
import type { FoundRoute, RouteQuestion } from '../../ports/run-ports.ts';
import { enter } from '../process/enter.ts';
import { run } from '../process/exec.ts';

/** Asks the kernel by `ip route get` where a packet goes. What it refuses to route is told in its words. */
export async function askRoute(
  namespace: Namespace,
  { destination, source, input }: RouteQuestion,
): Promise<FoundRoute> {
  const from = input === undefined ? [] : ['from', source, 'iif', input];
  const ran = await run(...enter(namespace, 'ip', ['-json', 'route', 'get', destination, ...from]));
  if (ran.exitCode !== 0) return { kind: 'none', why: ran.stderr.trim().split('\n').at(-1) ?? '' };
  return readRoute(ran.stdout);
}

function readRoute(text: string): FoundRoute {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { kind: 'none', why: 'ip route get printed something else than JSON' };
  }
  const [route]: readonly unknown[] = Array.isArray(parsed) ? parsed : [];
  if (typeof route !== 'object' || route === null) return { kind: 'none', why: 'ip route get printed no route' };
  const { type, dev } = route as { readonly type?: unknown; readonly dev?: unknown };
  if (type === 'local') return { kind: 'local' };
  if (type !== undefined && type !== 'unicast') return { kind: 'none', why: `the route is ${String(type)}` };
  return typeof dev === 'string' ? { kind: 'out', output: dev } : { kind: 'none', why: 'the route names no interface' };
}
