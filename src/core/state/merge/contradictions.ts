import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import { FAMILIES, type Family, type Policy } from '../../rules/types.ts';
import type { ReadDocument, Written } from '../as-written/written.ts';
import type { Script } from '../schema/script.ts';
import { quote } from '../yaml/quote.ts';

/** What the documents and files of one namespace say differently about the same thing. Each one names both places. */
export function findContradictions(
  documents: readonly ReadDocument[],
  scripts: readonly Script[],
  namespace: string,
): readonly Diagnostic[] {
  const claims = claimAll(namespace);
  for (const document of documents) {
    const { backend, hook, owner } = document;
    if (backend !== undefined && backend.value !== 'auto') claims.add('backend', 'the backend', backend);
    if (hook !== undefined) claims.add(`hook ${owner.value}`, `the hook of owner \`${owner.value}\``, hook);
    for (const family of document.family === undefined ? FAMILIES : [document.family.value]) {
      for (const table of document.tables) {
        // A document that keeps chains of others in a table of a .rules file says nothing else about it.
        if (keepsInScript(document, table, family, scripts)) continue;
        const how: Written<string> = { value: document.ownership.value, span: table.span };
        claims.add(`table ${family} ${table.name}`, `who owns table ${table.name}`, how);
        for (const { name, policy } of table.chains) {
          if (policy === undefined) continue;
          claims.add(`policy ${family} ${table.name} ${name}`, `the policy of ${name}`, policy);
        }
      }
    }
  }
  for (const { family, tables, span } of scripts) {
    for (const table of tables) {
      const how = { value: `all of ${span.file}`, span: table.span };
      claims.add(`table ${family} ${table.name}`, `who owns table ${table.name} (${family})`, how);
    }
  }
  return claims.diagnostics;
}

/** Whether a document is about a table of a file of rules, and only as far as it keeps chains of others there. */
function keepsInScript(
  { ownership }: ReadDocument,
  table: ReadDocument['tables'][number],
  family: Family,
  scripts: readonly Script[],
): boolean {
  if (ownership.value !== 'exclusive' || table.chains.length > 0) return false;
  return scripts.some((script) => script.family === family && script.tables.some(({ name }) => name === table.name));
}

type Claims = {
  readonly diagnostics: readonly Diagnostic[];
  add(key: string, what: string, output: Written<string | Policy>): void;
};

function claimAll(namespace: string): Claims {
  const first = new Map<string, Written<string>>();
  const diagnostics: Diagnostic[] = [];
  return {
    diagnostics,
    add(key, what, output) {
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, output);
      else if (earlier.value !== output.value)
        diagnostics.push(contradiction(`${what} in namespace ${quote(namespace)}`, earlier, output));
    },
  };
}

/** Two places that say something different about the same thing. */
export function contradiction(what: string, earlier: Written<string>, later: Written<string>): Diagnostic {
  const related: readonly { message: string; span: Span }[] = [
    { message: `here it is ${quote(earlier.value)}`, span: earlier.span },
  ];
  return {
    severity: 'error',
    code: 'state.contradiction',
    message: `Two places disagree about ${what}`,
    span: later.span,
    related,
    hint: `Here it is ${quote(later.value)}: let one of them decide.`,
  };
}
