import { FwError } from '../../core/diagnostics/errors.ts';

/** Longest text of a rule in the message. */
const LONGEST = 200;

/**
 * The error of a run whose documents, which were never written, are not valid: the user has no file to correct, so it is told of the rules that are there.
 * What else was thrown comes back as it is.
 */
export function noStateForRules(error: unknown): unknown {
  if (!(error instanceof FwError) || error.code !== 'state.invalid' || error.diagnostics.length === 0) return error;
  const { diagnostics, sources } = error;
  const lines = diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ message, span, output }) => {
      const text = span === undefined ? '' : (sources.get(span.file)?.slice(span.start, span.end) ?? '');
      const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
      return [shown, message, output].filter((part) => part !== undefined && part !== '').join(': ');
    });
  return new FwError('import.differs', 'a state cannot hold all that is there', {
    output: lines.join('\n'),
    next: 'No file was written. Change or delete the above in the kernel, or in the files of --from, and import again.',
    cause: error,
  });
}
