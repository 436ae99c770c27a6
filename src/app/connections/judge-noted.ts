import type { ConnectionIn, ToEnd } from '../../core/connections/ended.ts';
import { addressesOf } from '../../core/connections/find-ways.ts';
import { stillRefused } from '../../core/connections/still-refused.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { FAMILIES, type Family } from '../../core/rules/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { liveRules } from '../query/traced-rules.ts';

export type JudgedNoted = {
  readonly toEnd: readonly ToEnd[];
  /** Sets and rules of others let them pass meanwhile, or may. */
  readonly spared: readonly ConnectionIn[];
};

/**
 * Asks the live rules once more about connections that an apply wrote down: between the apply and its confirmation sets and rules of others change, and a connection that they let
 * pass now is not to be ended. Throws what reading live rules throws.
 */
export async function judgeNoted(ports: Ports, noted: readonly ToEnd[]): Promise<JudgedNoted> {
  const toEnd: ToEnd[] = [];
  const spared: ConnectionIn[] = [];
  for (const { namespace, connections } of noted) {
    const refused = new Set<ConnectionIn['connection']>();
    for (const family of FAMILIES) {
      const own = connections.filter(({ original }) => familyOf(original.source) === family);
      if (own.length === 0) continue;
      const asked = { namespace: namespaceLabel(namespace), backend: 'auto' } as const;
      const { firewall } = await liveRules(ports, asked, family);
      const routes = await ports.conntrack.routes({ namespace, family }, addressesOf(own));
      for (const one of stillRefused(firewall, own, routes)) refused.add(one);
    }
    const [still, others] = [true, false].map((is) => connections.filter((one) => refused.has(one) === is));
    if (still !== undefined && still.length > 0) toEnd.push({ namespace, connections: still });
    for (const connection of others ?? []) spared.push({ namespace, connection });
  }
  return { toEnd, spared };
}

function familyOf(address: string): Family {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
