import type { OddNamespace } from '../core/desired/odd-namespace.ts';
import type { PlannedCheck } from '../core/desired/types.ts';
import type { NamespaceIdentity } from '../core/identity/types.ts';
import type { MachineFacts } from '../core/live-findings/machine-facts.ts';
import type { ByteDump } from '../core/nft-bytes/types.ts';
import type { ListForm } from '../core/nft-listing/listing.ts';
import type { KernelSettings } from '../core/packets/types/firewall.ts';
import type { Path } from '../core/packets/types/traffic.ts';
import type { Progress } from '../core/plan/progress.ts';
import type { Backend, Family, Namespace, SaveRequest, TableName } from '../core/rules/types.ts';
import type { Conntrack } from './conntrack-ports.ts';
import type { Documents, PlanFiles, Signatures, StateFile, StateFiles, TemplateFiles } from './file-ports.ts';
import type { Ran } from './ran.ts';
import type { BeforeStore, EventLog, GenerationStore, ReceiptStore, WentBackStore } from './record-ports.ts';
import type { DataFolder, FoundRoute, JournalStore, Lock, RouteQuestion, Watchdog } from './run-ports.ts';

export type { SaveRequest } from '../core/rules/types.ts';
export type { Documents, PlanFiles, Signatures, StateFile, StateFiles, TemplateFiles } from './file-ports.ts';
export type { Ran } from './ran.ts';
export type { BeforeStore, EventLog, GenerationStore, ReceiptStore, WentBackStore } from './record-ports.ts';
export type {
  Announce,
  DataFolder,
  JournalStore,
  KeptRun,
  Lock,
  OpenJournal,
  OtherRun,
  OtherRuns,
  OtherStanding,
  SpareWatchdog,
  Watchdog,
} from './run-ports.ts';

/** Which programs there are and which backend `iptables` itself uses. */
export type Backends = { readonly available: readonly Backend[]; readonly preferred: Backend };

/** One family of one namespace, whose nft rules are listed. */
export type ListTarget = { readonly namespace: Namespace; readonly family: Family };

/** Tables of one family of one namespace, whose nft rules are dumped. */
export type DumpTarget = ListTarget & { readonly tables: readonly TableName[] };

/** A throw-away network namespace that vanishes when it is closed or when fw dies, however it dies. */
export type Scratch = {
  /** `iptables-restore --counters`; `noflush` keeps what the tables hold, as an apply does. */
  restore(backend: Backend, family: Family, text: string, options: { readonly noflush: boolean }): Promise<Ran>;
  /** `iptables-save --counters`. */
  save(backend: Backend, family: Family): Promise<Ran>;
  /** `ipset restore`; what is there already is no error. */
  restoreSets(text: string): Promise<Ran>;
  /** `ipset save` of one set. */
  saveSet(set: string): Promise<Ran>;
  /** As `Kernel.listNft`, inside. */
  listNft(family: Family, form: ListForm): Promise<Ran>;
  /** As `Kernel.dumpNft`, inside. */
  dumpNft(family: Family, tables: readonly TableName[]): Promise<ByteDump | undefined>;
  /** Makes interfaces and routes for the packet, sends it, and prints what `nft monitor trace` told of it. */
  traceNft(sent: SentPacket): Promise<Ran>;
  close(): Promise<void>;
};

/** A packet for `Scratch.traceNft`, in hex: from its Ethernet header where it comes in by an interface, else from its IP header; then two that begin and end the trace. */
export type SentPacket = {
  readonly family: Family;
  readonly path: Path;
  /** Names of interfaces; empty for none. */
  readonly input: string;
  readonly output: string;
  readonly frames: readonly [packet: string, first: string, last: string];
};

/** Network namespaces that are kept open. */
export type OpenNamespaces = {
  /** Which they are, in the order in which they were named; undefined where nothing has the name. */
  identities(): Promise<readonly (NamespaceIdentity | undefined)[]>;
  close(): void;
};

/**
 * Everything that fw asks of the machine's packet filter. The real one starts programs. Unit tests have one that keeps rules in memory
 * (test/support/memory-kernel); both pass one contract suite (test/support/kernel-contract.ts).
 */
export type Kernel = {
  /** True when this process may read and write live rules. */
  isPrivileged(): boolean;
  backends(): Promise<Backends>;
  /** Names under /run/netns, sorted, of the network namespaces that fw works with. */
  namespaces(): Promise<readonly string[]>;
  /** Everything else under /run/netns. */
  oddNamespaces(): Promise<readonly OddNamespace[]>;
  /**
   * Opens what the names stand for now. Until it is closed each of these names stands for that very namespace in all that this kernel is asked for,
   * whatever becomes of the name. An open namespace does not go away when it is deleted: keep it for as short as can be.
   */
  openNamespaces(namespaces: readonly Namespace[]): OpenNamespaces;
  /**
   * Which namespaces the names stand for now, without those that nothing has. None is kept open: use it to report, never to decide where to write. By `file`
   * no program is started, and of some it is then not known which they are.
   */
  identify(namespaces: readonly Namespace[], by: 'file' | 'cookie'): Promise<readonly NamespaceIdentity[]>;
  /** `iptables-save --counters` for each request, in the order of the requests; each answers as soon as it is there. */
  save(requests: readonly SaveRequest[]): readonly Promise<Ran>[];
  /**
   * The genid of each namespace, with what tells the namespace from every other of this boot: another text after every commit of any program to any
   * nft table. Undefined where it is not known. With `ready` all is prepared at once, but the kernel is not asked before that resolves.
   */
  genids(namespaces: readonly Namespace[], ready?: Promise<void>): Promise<readonly (string | undefined)[]>;
  /** `iptables-restore --noflush --counters --wait` of one script. */
  restore(target: SaveRequest, text: string): Promise<Ran>;
  /**
   * Holds the lock that all legacy programs of the machine share, so that no other program writes legacy rules until it is released;
   * `restore` works meanwhile. Throws `kernel.timeout` when another program keeps it for too long. Hold it for as short as can be.
   * `release` never throws.
   */
  holdLegacyLock(): Promise<{ release(): Promise<void> }>;
  /** Whether each namespace has a table of the legacy backend, of either family; asking loads nothing. */
  hasLegacyTables(namespaces: readonly Namespace[]): Promise<readonly boolean[]>;
  /** `ipset list` of each namespace in restore form, headers only: types and options of the sets, no entries. */
  setHeaders(namespace: Namespace): Promise<Ran>;
  /** `setHeaders` of many namespaces, in their order. Costs nothing where the kernel has never had a set. */
  listSets(namespaces: readonly Namespace[]): Promise<readonly Ran[]>;
  /** `ipset save` of each set, in their order. */
  saveSets(sets: readonly { readonly namespace: Namespace; readonly set: string }[]): Promise<readonly Ran[]>;
  /** `ipset restore`. The kernel takes the lines one by one: what comes before a line that it refuses stays done. */
  restoreSets(namespace: Namespace, text: string): Promise<Ran>;
  /** All tables as the nft program prints them, without counters and without the elements of named sets; in the order of the targets. */
  listNft(targets: readonly ListTarget[], form: ListForm): Promise<readonly Ran[]>;
  /**
   * Digests of all that nf_tables holds of some tables, chain by chain, read without the nft program; in the order of the targets. Undefined where it cannot be read, or
   * something was committed meanwhile.
   */
  dumpNft(targets: readonly DumpTarget[]): Promise<readonly (ByteDump | undefined)[]>;
  /** `nft list tables` of each namespace, in their order: names alone. */
  listNftTables(namespaces: readonly Namespace[]): Promise<readonly Ran[]>;
  /** One nft table twice, with handles: as JSON, and in words. For naming a rule in an error. */
  describeNft(target: ListTarget, table: TableName): Promise<{ readonly json: Ran; readonly text: Ran }>;
  /** Versions of the programs that print and list nft rules, as one text. */
  nftVersions(): Promise<string>;
  /** Another text whenever one of these programs, or the kernel, may be another; it means nothing else. */
  nftPrograms(): Promise<string>;
  /** nft only: removes a table that holds no rule and no chain of another program. Resolves to false where it is not empty. */
  removeEmptyTable(target: SaveRequest, table: TableName): Promise<boolean>;
  /** Rootless where `isPrivileged` is false: then only nft works in it. */
  scratch(): Promise<Scratch>;
};

/**
 * Digests by digests. Only a shortcut: a store that cannot be read or written knows nothing, and says nothing.
 */
export type ProvenStore = {
  read(): Promise<ReadonlyMap<string, string>>;
  add(proven: ReadonlyMap<string, string>): Promise<void>;
};

export type Git = {
  /** The commit of the folder that a state is in; undefined where git is missing or knows none. */
  commitOf(path: string): Promise<{ readonly id: string; readonly dirty: boolean } | undefined>;
  /** The state files below a folder as they were at a revision; undefined where git knows no such folder or revision. */
  filesAt(folder: string, revision: string): Promise<readonly StateFile[] | undefined>;
  /** One file of a revision; the path is seen from the folder and begins with `./` or `../`. */
  fileAt(folder: string, revision: string, path: string): Promise<StateFile | undefined>;
};

/** How one try of a check ended. */
export type Answer = {
  readonly passed: boolean;
  /** What the other side, or the program, answered: `connection refused`, `status 503`, `exit code 1`. */
  readonly words: string;
  /** The last lines that the program of a failing check printed. */
  readonly output: string;
};

export type Prober = {
  /**
   * Tries a check once, from its namespace, within its time: also a program that hangs has ended when this resolves. Never throws
   * for what is tried. An abort ends the try.
   */
  probe(check: Pick<PlannedCheck, 'probe' | 'from' | 'timeoutMs'>, stop: AbortSignal): Promise<Answer>;
};

export type Clock = {
  now(): Date;
  /** Seconds since the boot, with those that the machine slept; setting the wall clock does not move it. */
  uptime(): number;
  /** Resolves after that time has passed, also when the wall clock is set meanwhile. */
  sleep(milliseconds: number): Promise<void>;
  /** Resolves after what the machine has to tell meanwhile, such as output of programs, was taken in. */
  turn(): Promise<void>;
};

export type Reporter = (progress: Progress) => void;

export type Ports = {
  readonly kernel: Kernel;
  /** A path from the root, seen from the folder in which fw works. */
  readonly fullPath: (path: string) => string;
  /** Whether something is at a path; true as well where that is not known. */
  readonly isThere: (path: string) => Promise<boolean>;
  readonly stateFiles: StateFiles;
  readonly templates: TemplateFiles;
  readonly journal: JournalStore;
  readonly generations: GenerationStore;
  readonly before: BeforeStore;
  readonly wentBack: WentBackStore;
  readonly eventLog: EventLog;
  readonly receipts: ReceiptStore;
  readonly planFiles: PlanFiles;
  readonly signatures: Signatures;
  readonly git: Git;
  readonly documents: Documents;
  /** SSH_CONNECTION of the session that fw was started from, through sudo as well; undefined when there is none. */
  readonly sshConnection: () => string | undefined;
  /** Settings of the kernel in the namespace where fw runs, as far as they are known. */
  readonly hostSettings: () => KernelSettings;
  /** Where a packet goes by the routes of a namespace as they are now. Never throws. */
  readonly askRoute: (namespace: Namespace, question: RouteQuestion) => Promise<FoundRoute>;
  readonly conntrack: Conntrack;
  /** Interfaces and settings of a namespace that make rules moot, as far as they can be read. Never throws. */
  readonly lookAtMachine: (namespace: Namespace) => Promise<MachineFacts>;
  /** Save texts that are proven to show live rules as they are, with the digest of the nft listing, or of the bytes, that belongs to them. */
  readonly proven: ProvenStore;
  /** Texts of chains, with the bytes that iptables-restore makes of them in nf_tables. */
  readonly chainBytes: ProvenStore;
  readonly lock: Lock;
  readonly dataFolder: DataFolder;
  readonly watchdog: Watchdog;
  readonly prober: Prober;
  readonly clock: Clock;
  readonly report: Reporter;
};
