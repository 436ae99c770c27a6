import { ownerOf } from '../ownership/known-programs.ts';
import { isBuiltin } from '../rules/builtin.ts';
import type { Ruleset } from '../rules/types.ts';

/**
 * Globs for the chains of known owners, for `keep:`: the chain names cut behind their first separator, so that chains these programs
 * make later are kept as well.
 */
export function foreignGlobs(rulesets: readonly Ruleset[]): readonly string[] {
  const globs = new Set<string>();
  for (const ruleset of rulesets) {
    for (const table of ruleset.tables) {
      for (const { name } of table.chains) {
        if (!isBuiltin(table.name, name) && ownerOf(name) !== undefined) globs.add(`${prefixOf(name)}*`);
      }
    }
  }
  return [...globs].sort();
}

function prefixOf(chain: string): string {
  const prefix = /^[A-Za-z0-9]+[-_]?/.exec(chain)?.[0] ?? chain;
  return ownerOf(prefix) === undefined && ownerOf(`${prefix}x`) === undefined ? chain : prefix;
}
