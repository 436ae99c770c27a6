import type { ScriptTable } from '../ruleset/parse-script.ts';
import type { Family } from '../ruleset/types.ts';
import type { Span } from '../span.ts';

/** A whole iptables-save file and where it belongs. */
export type Script = {
  /** `host` or a name. */
  readonly namespace: string;
  readonly family: Family;
  readonly tables: readonly ScriptTable[];
  /** The beginning of the file. */
  readonly span: Span;
};
