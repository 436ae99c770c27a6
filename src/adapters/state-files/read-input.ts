import { FwError } from '../../core/diagnostics/errors.ts';
import { LIMITS } from '../../core/limits.ts';

const LARGEST = LIMITS.stateFile.most;

/** All of standard input, as strict UTF-8. */
export async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST) throw new FwError('state.invalid', 'standard input has more than 64 MB');
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new FwError('state.invalid', 'standard input is not UTF-8', { cause });
  }
}
