import type { Progress } from './core/progress.ts';
import type { Backend, Family, Namespace, TableName } from './core/ruleset/types.ts';

/** Result of a program that was run. It never throws for a program that fails: the caller decides what that means. */
export type Ran = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/** Which programs there are and which backend `iptables` itself uses. */
export type Backends = { readonly available: readonly Backend[]; readonly preferred: Backend };

/** One thing to save; `backend` picks the binary. */
export type SaveRequest = { readonly namespace: Namespace; readonly family: Family; readonly backend: Backend };

/** A throw-away network namespace that vanishes when it is closed or when fw dies, however it dies. */
export type Scratch = {
  restore(backend: Backend, family: Family, text: string, options?: { readonly flush?: boolean }): Promise<Ran>;
  save(backend: Backend, family: Family): Promise<Ran>;
  close(): Promise<void>;
};

/** Everything that fw asks of the machine's packet filter. The real one starts programs; the fake one keeps rules in memory. */
export type Kernel = {
  /** True when this process may read and write live rules. */
  isPrivileged(): boolean;
  backends(): Promise<Backends>;
  /** Names under /run/netns, sorted. */
  namespaces(): Promise<readonly string[]>;
  /** `iptables-save --counters` for each request, in the order of the requests. */
  save(requests: readonly SaveRequest[]): Promise<readonly Ran[]>;
  /** `iptables-restore --noflush --counters --wait` of one script. */
  restore(target: SaveRequest, text: string): Promise<Ran>;
  /** Names of the legacy tables that exist in each namespace; reading them loads nothing. */
  legacyTables(namespaces: readonly Namespace[], family: Family): Promise<readonly (readonly TableName[])[]>;
  /** nft only: removes a table that holds no rule and no chain of anybody. Resolves to false where it is not empty. */
  removeEmptyTable(target: SaveRequest, table: TableName): Promise<boolean>;
  /** Rootless where `isPrivileged` is false: then only nft works in it. */
  scratch(): Promise<Scratch>;
};

/** One file of the state, whole. `path` is as shown to people: relative to where fw was started. */
export type StateFile = { readonly path: string; readonly text: string };

export type StateFiles = {
  /**
   * All `.yaml`, `.yml` and `.rules` files under a folder, or the one file, sorted by path; names that begin with `.` or `_` are left out.
   * Throws FwError `state.missing` when the path does not exist, `state.invalid` when a file is too large, not UTF-8, or may not be read.
   */
  read(path: string): Promise<readonly StateFile[]>;
};

export type Reporter = (progress: Progress) => void;

export type Ports = {
  readonly kernel: Kernel;
  readonly stateFiles: StateFiles;
  readonly report: Reporter;
};
