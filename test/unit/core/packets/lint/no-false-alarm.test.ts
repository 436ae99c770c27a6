import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { asSaved } from '../../../../../src/core/flow-tests/as-saved.ts';
import { lintFirewall } from '../../../../../src/core/packets/lint/lint-firewall.ts';
import { makeTracer } from '../../../../../src/core/packets/trace/trace-packet.ts';
import type { Trace } from '../../../../../src/core/packets/trace/types.ts';
import { compareTraffic } from '../../../../../src/core/packets/traffic/compare-traffic.ts';
import type { Firewall } from '../../../../../src/core/packets/types/firewall.ts';
import type { Path, RulePlace } from '../../../../../src/core/packets/types/traffic.ts';
import { parseSave } from '../../../../../src/core/restore/parse-save.ts';
import type { Backend, Family } from '../../../../../src/core/rules/types.ts';
import { aimedPackets } from '../../../../support/packets/aimed-packets.ts';
import { printRuleset, randomRuleset } from '../../../../support/packets/random-ruleset.ts';
import { seeded } from '../../../../support/packets/seeded.ts';

const RULES_FILES = new URL('../../../../support/rules-files/', import.meta.url).pathname;
const NEVER_MET: readonly string[] = ['FWL01', 'FWL02', 'FWL05', 'FWL07'];
/** More of them by hand, with other seeds: see docs/lint.md. */
const { FW_LINT_ROUNDS: ROUNDS = '8', FW_LINT_SEED: FIRST = '1' } = process.env;
const PACKETS = 120;

function firewallOf(text: string, family: Family, backend: Backend): Firewall {
  return { family, backend, tables: parseSave(text, family).ruleset.tables, sets: [], settings: {} };
}

function randomFirewall(seed: number, family: Family, path: Path, backend: Backend, size: number): Firewall {
  const text = printRuleset(randomRuleset(seed, family, path, size));
  const lines = text.split('\n').flatMap((line) => {
    const [, chain, rule] = /^-A (\S+) (.*)$/.exec(line) ?? [];
    return chain === undefined || rule === undefined ? [line] : asSaved(rule).map((one) => `-A ${chain} ${one}`);
  });
  return firewallOf(lines.join('\n'), family, backend);
}

function keyOf({ table, chain, number = 0 }: RulePlace): string {
  return `${table} ${chain} ${number}`;
}

/** What the trace does not know of the packet itself, such as which address NAT picks: it may answer two such questions in a way that no packet does. */
const OF_THE_PACKET = /^the .* of the packet$/;

/** The rules that a packet may meet, for all answers. */
function met({ steps, end }: Trace): readonly RulePlace[] {
  const own = steps.flatMap((step) =>
    step.kind === 'rule' && !OF_THE_PACKET.test(step.may ?? '') ? [step.place] : [],
  );
  if (end.kind !== 'open' || OF_THE_PACKET.test(end.question)) return own;
  return [...own, end.place, ...met(end.met), ...met(end.unmet)];
}

function without(firewall: Firewall, places: readonly RulePlace[]): Firewall {
  const gone = new Set(places.map(keyOf));
  const tables = firewall.tables.map((table) => ({
    ...table,
    chains: table.chains.map((chain) => ({
      ...chain,
      rules: chain.rules.filter(
        (_, at) => !gone.has(keyOf({ table: table.name, chain: chain.name, number: at + 1, text: '' })),
      ),
    })),
  }));
  return { ...firewall, tables };
}

describe('fw lint raises no false alarm', () => {
  test.each(Array.from({ length: Number(ROUNDS) }, (_, at) => Number(FIRST) + at))(
    'in the random ruleset of seed %i',
    (seed) => {
      const family = seed % 2 === 0 ? 'ipv4' : 'ipv6';
      const path = (['INPUT', 'FORWARD', 'OUTPUT'] as const)[seed % 3] ?? 'INPUT';
      const firewall = randomFirewall(seed, family, path, seed % 4 < 2 ? 'nft' : 'legacy', 30 + (seed % 4) * 10);
      const { findings, notJudged } = lintFirewall(firewall);
      expect(notJudged).toEqual([]);
      const impossible = new Set(findings.filter(({ id }) => NEVER_MET.includes(id)).map(({ place }) => keyOf(place)));
      const trace = makeTracer(firewall);
      const packets = aimedPackets(firewall, firewall, path, PACKETS, seeded(seed));
      const wrong = packets.flatMap((packet) => met(trace(packet))).filter((place) => impossible.has(keyOf(place)));
      expect(wrong).toEqual([]);
      const same = (places: readonly RulePlace[]) => {
        const changes = compareTraffic(firewall, without(firewall, places), { nodes: 150_000 });
        return changes.filter(({ claim, regions }) => claim.kind === 'exact' && regions.length > 0);
      };
      const places = (isMeant: (id: string) => boolean) =>
        findings.flatMap(({ id, place }) => (isMeant(id) ? [place] : []));
      expect(same(places((id) => NEVER_MET.includes(id)))).toEqual([]);
      for (const place of places((id) => id === 'FWL03').slice(0, 6))
        expect({ place, told: same([place]) }).toEqual({ place, told: [] });
    },
  );

  test('finds something in random rulesets, of each kind', () => {
    const ids = new Set(
      Array.from({ length: 6 }, (_, seed) => lintFirewall(randomFirewall(seed, 'ipv4', 'INPUT', 'nft', 90)).findings)
        .flat()
        .map(({ id }) => id),
    );
    expect([...ids].sort()).toEqual(expect.arrayContaining(['FWL01', 'FWL02', 'FWL03']));
  });

  test.each(readdirSync(RULES_FILES).filter((name) => name.endsWith('.rules')))('in %s', (name) => {
    const family = name.includes('.v6.') ? 'ipv6' : 'ipv4';
    const firewall = firewallOf(readFileSync(`${RULES_FILES}${name}`, 'utf8'), family, 'nft');
    const found = lintFirewall(firewall).findings.map(
      ({ id, place, causes, more }) =>
        `${id} ${keyOf(place)} ${place.text} <- ${causes.map(keyOf).join(', ')} +${more}`,
    );
    expect(found).toMatchSnapshot();
  });
});
