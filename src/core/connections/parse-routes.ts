import { UNKNOWN_LINK } from '../packets/types/condition.ts';
import type { Routes } from './find-ways.ts';

type Route = 'local' | { readonly output: string };

/** What the rules of policy routing leave of an answer: all of it, all but the interface, or nothing. */
type Certainty = 'whole' | 'without interface' | 'none';

const USUAL_TABLES: readonly unknown[] = ['local', 'main', 'default', '255', '254', '253'];
const USUAL_KEYS: readonly string[] = ['priority', 'src', 'table'];

/**
 * Reads what `ip -json -batch` prints of `rule show` and of many `route get`. An address without a route is left out. The question for a route names an address alone: where
 * other rules than those of every machine ask for a mark, a source or an interface, a packet may take another way, so the interface is not known. Where the table of
 * local addresses is not asked first, or rules for VRFs are there, not even whether an address is one of this host is known, and nothing is told.
 */
export function parseRoutes(output: string): Routes {
  const answers = output.split('\n').flatMap(readAnswer);
  const rules = answers.find(isRules);
  const certainty = rules === undefined ? 'whole' : certaintyOf(rules);
  const found = new Map<string, Route>();
  if (certainty === 'none') return found;
  for (const [first] of answers) {
    const route = first === undefined ? undefined : readRoute(first);
    if (route === undefined) continue;
    const [address, way] = route;
    found.set(address, way === 'local' || certainty === 'whole' ? way : { output: UNKNOWN_LINK });
  }
  return found;
}

type Words = Readonly<Record<string, unknown>>;

function readAnswer(line: string): readonly (readonly Words[])[] {
  try {
    const parsed: unknown = JSON.parse(line);
    return Array.isArray(parsed) && parsed.every(isWords) ? [parsed] : [];
  } catch {
    return [];
  }
}

function isWords(value: unknown): value is Words {
  return typeof value === 'object' && value !== null;
}

function isRules(answer: readonly Words[]): boolean {
  return answer.length > 0 && answer.every((one) => 'priority' in one);
}

function certaintyOf(rules: readonly Words[]): Certainty {
  if (rules.every(isUsual)) return 'whole';
  const [first] = rules;
  const isLocalFirst = first !== undefined && isUsual(first) && (first.table === 'local' || first.table === '255');
  return isLocalFirst && !rules.some((one) => 'l3mdev' in one) ? 'without interface' : 'none';
}

/** One that every machine has: it asks for nothing. */
function isUsual(rule: Words): boolean {
  return (
    Object.keys(rule).every((key) => USUAL_KEYS.includes(key)) &&
    rule.src === 'all' &&
    USUAL_TABLES.includes(rule.table)
  );
}

function readRoute({ type, dst, dev }: Words): readonly [string, Route] | undefined {
  if (typeof dst !== 'string') return undefined;
  if (type === 'local') return [dst, 'local'];
  return (type === undefined || type === 'unicast') && typeof dev === 'string' ? [dst, { output: dev }] : undefined;
}
