import type { Finding } from './finding.ts';

/** Findings of the same guard at the same place become one that names the families; evidence that both have is shown once. */
export function mergeFamilies(findings: readonly Finding[]): readonly Finding[] {
  const merged = new Map<string, Finding>();
  for (const finding of findings) {
    const { id, title, namespace, table, chain, set } = finding;
    const key = JSON.stringify([id, title, namespace, table, chain, set]);
    const other = merged.get(key);
    merged.set(key, other === undefined ? finding : merge(other, finding));
  }
  return [...merged.values()];
}

function merge(one: Finding, other: Finding): Finding {
  return {
    ...one,
    families: [...new Set([...one.families, ...other.families])],
    evidence: [...new Set([...one.evidence, ...other.evidence])],
  };
}
