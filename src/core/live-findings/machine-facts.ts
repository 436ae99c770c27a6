import type { Family } from '../rules/types.ts';

/** What is so in a namespace at one moment, as far as it decides whether any packet can meet a rule. What is not known is absent. */
export type MachineFacts = {
  readonly interfaces?: ReadonlySet<string>;
  /** Whether the namespace forwards packets of a family, and whether packets of a bridge come to its rules. */
  readonly families: Readonly<Record<Family, FamilyFacts>>;
};

export type FamilyFacts = {
  readonly forwards?: boolean;
  /** `never`: the kernel shows no bridged packet to the rules. `no-bridge`: it would, and there is no bridge. */
  readonly bridged?: 'never' | 'no-bridge' | 'maybe';
  /** Networks whose packets the namespace takes for its own, as `ip route` prints them. */
  readonly own?: readonly string[];
};

/** What programs printed in the namespace; undefined where they failed. */
export type MachineTexts = {
  /** `ip -details -json link show`. */
  readonly links?: string;
  /** `FILE:VALUE` of settings below /proc/sys/net. */
  readonly settings?: string;
  /** `ip -json route show table all type local`. */
  readonly routes: Readonly<Record<Family, string | undefined>>;
  /** The module that shows bridged packets to rules is loaded. */
  readonly hasBridgeModule: boolean;
};

type Link = {
  readonly ifname?: unknown;
  readonly linkinfo?: { readonly info_kind?: unknown; readonly info_data?: unknown };
};

const BRIDGE_CALL = { ipv4: 'nf_call_iptables', ipv6: 'nf_call_ip6tables' } as const;
const GLOBAL_CALL = { ipv4: 'bridge-nf-call-iptables', ipv6: 'bridge-nf-call-ip6tables' } as const;

export function readMachineFacts({ links, settings, routes, hasBridgeModule }: MachineTexts): MachineFacts {
  const found = readList(links)?.map((one) => one as Link);
  const names = found?.map(({ ifname }) => ifname).filter((name) => typeof name === 'string');
  const values = settings === undefined ? undefined : readSettings(settings);
  const factsOf = (family: Family): FamilyFacts => {
    const forwards = values === undefined ? undefined : mayForward(values, family);
    const bridged = found === undefined ? undefined : bridgedOf(found, values, family, hasBridgeModule);
    const own = readList(routes[family])?.map((one) => (one as { readonly dst?: unknown }).dst);
    return {
      ...(forwards === undefined ? {} : { forwards }),
      ...(bridged === undefined ? {} : { bridged }),
      ...(own?.every((one) => typeof one === 'string') === true ? { own } : {}),
    };
  };
  return {
    ...(names === undefined || names.length === 0 ? {} : { interfaces: new Set(names) }),
    families: { ipv4: factsOf('ipv4'), ipv6: factsOf('ipv6') },
  };
}

/**
 * IPv4 forwards by the setting of the interface by which a packet came; IPv6 by that of all of them, or since Linux 6.17 by `force_forwarding`. Multicast and
 * directed broadcast have settings of their own. Undefined where a setting is not known.
 */
function mayForward(values: ReadonlyMap<string, string>, family: Family): boolean | undefined {
  const own = [...values].filter(([file]) => file.startsWith(`/proc/sys/net/${family}/conf/`));
  if (!values.has(`/proc/sys/net/${family}/conf/all/forwarding`)) return undefined;
  return own.some(([, value]) => value !== '0');
}

/** Each bridge may show its packets, or all do. */
function bridgedOf(
  links: readonly Link[],
  values: ReadonlyMap<string, string> | undefined,
  family: Family,
  hasBridgeModule: boolean,
): FamilyFacts['bridged'] {
  const bridges = links.filter(({ linkinfo }) => linkinfo?.info_kind === 'bridge');
  const calls = bridges.map(
    ({ linkinfo }) => (linkinfo?.info_data as Record<string, unknown> | undefined)?.[BRIDGE_CALL[family]],
  );
  if (calls.some((call) => call !== 0)) return 'maybe';
  const all = values?.get(`/proc/sys/net/bridge/${GLOBAL_CALL[family]}`);
  // Before Linux 5.3 there is one setting, which only the first namespace shows.
  const isOff = all === '0' || (all === undefined && values !== undefined && !hasBridgeModule);
  if (isOff) return 'never';
  return bridges.length === 0 ? 'no-bridge' : 'maybe';
}

function readSettings(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line): (readonly [string, string])[] => {
      const at = line.lastIndexOf(':');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
}

function readList(text: string | undefined): readonly object[] | undefined {
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every((one) => typeof one === 'object' && one !== null) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
