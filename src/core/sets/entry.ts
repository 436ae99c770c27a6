import { hasTimeout } from './parse-header.ts';
import type { SetHeader } from './types.ts';

/** What identifies an entry in its set. */
export function elementOf(entry: string): string {
  const blank = entry.indexOf(' ');
  return blank < 0 ? entry : entry.slice(0, blank);
}

/**
 * The line of restore text that adds an entry that is to stay. In a set whose entries have a time the element may be there for some
 * time already, or go at this very moment: then it stays from now on.
 */
export function addLine(set: string, entry: string, header: SetHeader): string {
  if (!hasTimeout(header)) return `add ${set} ${entry}`;
  const element = elementOf(entry);
  return `add ${set} ${element} timeout 0${entry.slice(element.length)} -exist`;
}

/** As `addLine`, for an entry with what is left of its time. */
export function addPassingLine(set: string, entry: string): string {
  return `add ${set} ${entry} -exist`;
}

export function delLine(set: string, entry: string): string {
  return `del ${set} ${elementOf(entry)}`;
}
