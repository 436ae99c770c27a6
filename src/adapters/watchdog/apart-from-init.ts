import { readlinkSync } from 'node:fs';

const KINDS = ['mnt', 'net'] as const;

/** The kinds of namespace in which this process is not where the first process is, nor what that one starts. */
export function apartFromInit(): readonly (typeof KINDS)[number][] {
  return KINDS.filter((kind) => linkOf('1', kind) !== linkOf('self', kind));
}

/** A process that may not look at the first one counts as apart from it: to enter the namespace that one is in already changes nothing. */
function linkOf(process: string, kind: string): string | undefined {
  try {
    return readlinkSync(`/proc/${process}/ns/${kind}`);
  } catch {
    return undefined;
  }
}
