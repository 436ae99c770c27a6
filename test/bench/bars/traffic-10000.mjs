import { mkdirSync } from 'node:fs';
import { load, timeSaves } from '../support/bench.mjs';
import { largeFirewalls, printFirewall } from '../support/firewalls.mjs';
import { medians, timeFw } from '../support/measure.mjs';

export const title = 'what the changes of a plan do to traffic, 10,000 rules of four kinds';

/** From the finished plan to what is shown of it: guards, traffic, class, text. What a plan takes up to there is measured by other bars. */
export async function run({ makeNamespace, write, folder, dataDir, rounds }) {
  const { KINDS, makeFirewalls } = await largeFirewalls();
  // A plan makes no data folder, and without one no text is known as proven.
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const rows = [];
  for (const kind of KINDS) {
    const slug = kind.replace(' ', '-');
    const name = makeNamespace(slug);
    const { before } = makeFirewalls(kind, 10_000, 5);
    load(name, printFirewall(before));
    const plan = (which, after) => {
      write(`${slug}/${which}/${name}/ipv4.rules`, printFirewall(after));
      return () => timeFw(['plan', '--state', `${folder}/${slug}/${which}`, '--data-dir', dataDir]);
    };
    const none = plan('none', before);
    const few = plan('few', makeFirewalls(kind, 10_000, 5).after);
    const many = plan('many', makeFirewalls(kind, 10_000, 50).after);
    const found = await medians(rounds(5), () => {
      const [unchanged, five, fifty] = [none(), few(), many()];
      return {
        saves: timeSaves(name),
        unchanged: spent(unchanged),
        few: spent(five),
        many: spent(fifty),
        mb: five.mb - unchanged.mb,
      };
    });
    const bare = found.saves;
    rows.push(
      { what: `${kind}, nothing changed`, measured: found.unchanged, limit: 5, unit: 'ms', by: 'fixed' },
      { what: `${kind}, 5 changes`, measured: found.few, limit: 600, unit: 'ms', by: 'fixed', bare },
      {
        what: `${kind}, 5 changes: memory`,
        measured: found.mb,
        limit: 200,
        unit: 'MB',
        by: 'more than a plan without',
      },
      { what: `${kind}, 50 changes`, measured: found.many, limit: 5000, unit: 'ms', by: 'fixed', bare },
    );
  }
  return rows;
}

function spent({ marks }) {
  return marks['fw:shown'] - marks['fw:judge'];
}
