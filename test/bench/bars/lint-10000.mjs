import { largeFirewalls, printFirewall } from '../support/firewalls.mjs';
import { medians, timeFw } from '../support/measure.mjs';

export const title = 'fw lint, 10,000 rules of four kinds';

export async function run({ write, folder, dataDir, rounds }) {
  const { KINDS, makeFirewalls } = await largeFirewalls();
  const rows = [];
  for (const kind of KINDS) {
    const slug = kind.replace(' ', '-');
    write(`${slug}/host/ipv4.rules`, printFirewall(makeFirewalls(kind, 10_000, 0).before));
    const { fw } = await medians(rounds(1), () => ({
      fw: timeFw(['lint', '--state', `${folder}/${slug}`, '--data-dir', dataDir]).ms,
    }));
    rows.push({ what: kind, measured: fw, limit: 10_000, unit: 'ms', by: 'fixed' });
  }
  return rows;
}
