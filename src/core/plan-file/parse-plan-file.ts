import { FwError } from '../errors.ts';
import { digestOf } from './print-plan-file.ts';
import type { PlanFile } from './types.ts';

const MAJOR = '1';

/** Reads a plan file. Throws `plan.unreadable` for what is no plan file, is of another major format, or was altered. */
export function parsePlanFile(path: string, text: string): PlanFile {
  const value = parseJson(path, text);
  if (value.kind !== 'plan' || typeof value.format_version !== 'string') throw unreadable(path, 'it is no plan of fw');
  if (value.format_version.split('.')[0] !== MAJOR) {
    throw unreadable(path, `its format is ${value.format_version}, this fw reads ${MAJOR}.x`);
  }
  const { digest, ...content } = value;
  if (digest !== digestOf(content)) throw unreadable(path, 'it was altered or cut: its digest does not match');
  // The digest proves that fw wrote it, so its shape is that of the format version.
  return value as unknown as PlanFile;
}

function parseJson(path: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below, without the file's content: it may be anything.
  }
  throw unreadable(path, 'it is not JSON');
}

function unreadable(path: string, why: string): FwError {
  return new FwError('plan.unreadable', `${path} cannot be used: ${why}`);
}
