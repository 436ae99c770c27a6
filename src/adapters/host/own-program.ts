/** How fw is started again: the runtime, and the script for it. */
export type OwnProgram = { readonly runtime: string; readonly script: readonly string[] };

/**
 * How this process starts fw again. The single binary is both in one file: it has no script, and names itself in its place (main/launch-binary.ts). A process that is no fw, but
 * uses its library, names the script.
 */
export function ownProgram(script?: string): OwnProgram {
  if (script !== undefined) return { runtime: process.execPath, script: [script] };
  return { runtime: process.execPath, script: isBinary() ? [] : [process.argv[1] ?? ''] };
}

/** Whether this is the single binary, which has its files in itself. */
export function isBinary(): boolean {
  return process.argv[1] === process.execPath;
}
