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

export type StateFiles = {
  /**
   * All `.yaml`, `.yml` and `.rules` files under a folder, or the one file, sorted by path; names that begin with `.` or `_` are left out.
   * Throws FwError `state.missing` when the path does not exist, `state.invalid` when a file is too large, not UTF-8, or may not be read.
   * `found` is called with their paths before any of them is read.
   */
  read(path: string, found?: (paths: readonly string[]) => Promise<void>): Promise<readonly StateFile[]>;
  /**
   * A list file at a path below the state `root`; undefined when there is none. Throws as `read` does, and when the path leads out of the
   * folder of the state.
   */
  readList(root: string, path: string): Promise<StateFile | undefined>;
};

/** Templates by name, which is never a path. */
export type TemplateFiles = {
  /**
   * The template of that name for the state at a path: from the folder `_templates` of the state, from `templates` next to it, or from
   * those that come with fw, in this order; without a state from these alone. Throws as `StateFiles.read` does.
   */
  find(state: string | undefined, name: string): Promise<StateFile | undefined>;
  /** All names that `find` knows, sorted. */
  names(state: string | undefined): Promise<readonly string[]>;
};

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
