import type { AnewSince, WhyAnew } from '../../core/identity/find-made-anew.ts';
import type { Plan } from '../../core/plan/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { localTime } from '../text/local-time.ts';
import { nameList } from '../text/name-list.ts';

/**
 * Which namespaces are not those that were applied to, in a line for each reason. That a machine was booted since, or is another one, is shown where something
 * differs, which it explains; of a namespace made anew people may not know.
 */
export function anewText(anew: readonly AnewSince[], { steps }: Plan): readonly string[] {
  const changed = new Set(steps.map(({ namespace }) => namespaceLabel(namespace)));
  const told = anew.filter(
    ({ namespace, why }) => why === 'made anew' || why === 'other namespace' || changed.has(namespaceLabel(namespace)),
  );
  const groups = new Map<string, { readonly one: AnewSince; readonly names: string[] }>();
  for (const one of told) {
    const key = `${one.why} ${sinceText(one)}`;
    const group = groups.get(key) ?? { one, names: [] };
    group.names.push(namespaceLabel(one.namespace));
    groups.set(key, group);
  }
  return [...groups.values()].map(({ one, names }) => `${sentence(one, names)}.`);
}

function sentence(one: AnewSince, names: readonly string[]): string {
  const [is, was, namespace] = names.length === 1 ? ['is', 'was', 'namespace'] : ['are', 'were', 'namespaces'];
  const words: Readonly<Record<WhyAnew, string>> = {
    'made anew': `${nameList(names)} ${was} made anew since ${sinceText(one)}`,
    'other namespace': `${nameList(names)} ${is} now another network ${namespace} than at ${sinceText(one)}`,
    booted: `The machine was booted since ${sinceText(one)}`,
    'other boot': `The machine was booted since ${sinceText(one)}, or that was on another machine`,
    'other machine': `Another machine made ${sinceText(one)}`,
  };
  return words[one.why];
}

function sinceText({ since: { at, journal }, generation }: AnewSince): string {
  if (generation !== undefined) return `generation ${generation}`;
  return journal === undefined ? `the plan of ${localTime(at)}` : `the apply of ${localTime(at)}`;
}
