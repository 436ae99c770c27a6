import type { Created, Scaffold, ScaffoldFile, ScaffoldSort, ScaffoldSummary } from '../core/scaffold/types.ts';
import type { Signer } from '../core/transitions/transitions.ts';

/**
 * The starters that come with fw: all that `fw init` asks of the machine. `read` is undefined where there is none of that name; what
 * `create` throws stands at createFiles.
 */
export type Scaffolds = {
  list(sort: ScaffoldSort): Promise<readonly ScaffoldSummary[]>;
  read(sort: ScaffoldSort, name: string): Promise<Scaffold | undefined>;
  create(folder: string, files: readonly ScaffoldFile[]): Promise<Created>;
};

/** One file of the state, whole. `path` is as shown to people: relative to where fw was started. */
export type StateFile = { readonly path: string; readonly text: string };

/** Saved plans. All throw FwErrors that name the path. */
export type PlanFiles = {
  read(path: string): Promise<string>;
  /** The same, as it is on disk. */
  readBytes(path: string): Promise<Uint8Array>;
  write(path: string, text: string): Promise<void>;
};

/** Signatures of plan files by ssh-keygen, in the namespace `fw-plan`; that of FILE is FILE.sig. */
export type Signatures = {
  /** Whether there is a signature beside a plan. */
  isBeside(path: string): Promise<boolean>;
  /** Signs with a private key, or with a public one whose private half an agent has. Throws `signature.unmade`. */
  sign(bytes: Uint8Array, key: string): Promise<string>;
  /** The key that FILE.sig was made with for exactly these bytes of FILE; who has it is not asked. Throws as `verify` does. */
  check(path: string, bytes: Uint8Array): Promise<string>;
  /** Who signed exactly these bytes of FILE. Throws `signature.missing`, `.invalid`, `.unknown`, `.expired` or `.unchecked`. */
  verify(path: string, bytes: Uint8Array, allowedSigners: string): Promise<Signer>;
  write(path: string, signature: string): Promise<void>;
};

/** State files that fw writes. */
export type Documents = {
  /** Creates all files, mode 0600, with the folders they need; throws `import.exists` before writing any when one is there. */
  create(folder: string, files: readonly StateFile[]): Promise<void>;
  /** Puts new text in the place of files that exist, each as a whole; mode and owner stay. */
  replace(files: readonly StateFile[]): Promise<void>;
};
