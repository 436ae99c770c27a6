import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import type { Pattern } from './shape.ts';

/** The oldest version that reads a state, as one writes it. */
export const REQUIRED_VERSION = {
  source: '(?:>= ?)?[0-9]{1,5}(?:[.][0-9]{1,5}){0,2}',
  wants: 'the oldest version of fw that reads the state, such as 0.2 or ">= 0.2.1"',
} as const satisfies Pattern;

/** Put in by the build. */
declare const FW_VERSION: string;

/** Undefined where fw runs from its source, as in unit tests: that is taken for new enough. */
const RUNNING = typeof FW_VERSION === 'string' ? FW_VERSION : undefined;

/** An error where a document needs a newer fw than the one that runs. */
export function checkRequiredVersion(
  required: { readonly value: string; readonly span: Span } | undefined,
  running: string | undefined = RUNNING,
): readonly Diagnostic[] {
  if (required === undefined || running === undefined) return [];
  const least = partsOf(required.value);
  const have = partsOf(running);
  const differs = least.findIndex((part, at) => part !== (have[at] ?? 0));
  if (differs < 0 || (least[differs] ?? 0) < (have[differs] ?? 0)) return [];
  const version = required.value.replace(/^>= ?/, '');
  return [
    {
      severity: 'error',
      code: 'state.version',
      message: `This state needs fw ${version} or newer, and this is fw ${running}`,
      span: required.span,
      hint: `Install fw ${version} or newer here; other mistakes in the state may be keys that this version does not know, and are not told.`,
    },
  ];
}

function partsOf(version: string): readonly number[] {
  return version
    .replace(/^>= ?/, '')
    .split('.', 3)
    .map((part) => Number.parseInt(part, 10));
}
