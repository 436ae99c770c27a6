import { build } from 'esbuild';

const SOURCE = new URL('../../support/large-firewalls.ts', import.meta.url).pathname;

/** The large firewalls of the tests: their kinds, and what makes two of one kind with some changes between them. */
export async function largeFirewalls() {
  const { outputFiles } = await build({ entryPoints: [SOURCE], bundle: true, write: false, format: 'esm' });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

/** A firewall as iptables-restore reads it. */
export function printFirewall({ tables }) {
  const lines = tables.flatMap(({ name, chains }) => [
    `*${name}`,
    ...chains.map((chain) => `:${chain.name} ${chain.policy ?? '-'} [0:0]`),
    ...chains.flatMap((chain) => chain.rules.map(({ text }) => `-A ${chain.name} ${text}`)),
    'COMMIT',
  ]);
  return `${lines.join('\n')}\n`;
}
