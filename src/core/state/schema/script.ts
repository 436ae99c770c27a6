import type { Span } from '../../diagnostics/span.ts';
import type { ScriptTable } from '../../restore/parse-script.ts';
import type { Family } from '../../rules/types.ts';

/** A whole iptables-save file and where it belongs. */
export type Script = {
  /** `host` or a name. */
  readonly namespace: string;
  readonly family: Family;
  readonly tables: readonly ScriptTable[];
  /** The beginning of the file. */
  readonly span: Span;
};
