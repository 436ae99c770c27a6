import { FwError } from '../../diagnostics/errors.ts';
import { parseFile } from '../parse-generation.ts';
import type { GenerationInParts } from './types.ts';

/** Reads the file of a generation that is kept in parts. Throws `generation.unreadable` for what is cut, and for one of a later fw. */
export function parseInParts(path: string, text: string): GenerationInParts {
  const file = parseFile<GenerationInParts>(path, text);
  if (file.version === 3) return file;
  throw new FwError('generation.unreadable', `${path} is of a format that this fw does not know: it reads 3`);
}
