/** What a packet has, as the rules can ask for it. Values are numbers; addresses, marks and MAC addresses too. */
export type FieldName =
  | 'source'
  | 'destination'
  | 'mac'
  | 'protocol'
  | 'sourcePort'
  | 'destinationPort'
  /** Type * 256 + code. */
  | 'icmp'
  /** FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32. */
  | 'tcpFlags'
  /** One of CT_STATES, by its index. */
  | 'state'
  /** 1 for a fragment behind the first. */
  | 'laterFragment'
  | 'mark'
  | 'connectionMark';

export type LinkName = 'input' | 'output' | 'bridgeInput' | 'bridgeOutput';

/** Stands for the name of an interface that is not known: whether rules that ask for it are met is open. No interface can have this name. */
export const UNKNOWN_LINK = '/';

export const CT_STATES = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'] as const;

export type SetDirection = 'src' | 'dst';

/** Inclusive on both ends. */
export type Range = readonly [first: bigint, last: bigint];

/**
 * What a rule asks of a packet. A condition is exact: it holds for a packet or it does not, and what fw cannot compute is a `question`, whose
 * answer is the same wherever its key is the same.
 */
export type Condition =
  | { readonly kind: 'always' }
  | { readonly kind: 'never' }
  | { readonly kind: 'ranges'; readonly field: FieldName; readonly ranges: readonly Range[] }
  /** `(value of the field & mask) == value`. A value outside its mask is `never`, not this. */
  | { readonly kind: 'masked'; readonly field: FieldName; readonly mask: bigint; readonly value: bigint }
  /** Name of an interface. With `prefix` any name that begins with it. No interface at this hook has no name, so it meets no pattern. */
  | { readonly kind: 'link'; readonly link: LinkName; readonly name: string; readonly prefix: boolean }
  /** The packet is in a set of ipset, with one direction for each dimension of the set. `resolveSets` makes it a condition over fields. */
  | { readonly kind: 'set'; readonly set: string; readonly directions: readonly SetDirection[]; readonly text: string }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | Question;

/** What the text of the rules does not tell. */
export type Question = {
  readonly kind: 'question';
  /**
   * Equal keys, equal answers. What asks the packet alone is named by its text. What remembers packets (limit, recent, a set that rules fill)
   * is named by its rule, which `RuleReader` is told as `identity`: two rules `limit 5/sec` have two buckets.
   */
  readonly key: string;
  /** As the rule has it: `limit 5/sec`, `string "x"`. */
  readonly text: string;
  /** It remembers packets, or asks what other packets left behind. */
  readonly remembers: boolean;
  /** Fields that NAT or a rule may rewrite and that the question reads: with another value it is another question. */
  readonly reads: readonly FieldName[];
  /** What of `rewrite` actions it reads (`what` of theirs): another TTL is another question. */
  readonly readsRewritten?: readonly string[];
  /** What the question comes to for the first packet of a connection, over the packet as it came in. */
  readonly first?: Condition;
  /** It asks whether the connection was translated so far; for a first packet the way through nat tells. */
  readonly translated?: 'source' | 'destination';
};
