import { expect, test } from 'vitest';
import { tableSteps } from '../../src/core/plan/in-order.ts';
import type { Backend } from '../../src/core/rules/types.ts';
import { apply, plan } from '../support/fw.ts';
import { load, makeNamespace, saved } from '../support/netns.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

const RULES = '*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT\n';
const DOCKER = `*filter
:DOCKER - [0:0]
:DOCKER-USER - [0:0]
-I FORWARD -j DOCKER-USER
-A FORWARD -o docker0 -j DOCKER
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
-A FORWARD -i eth9 -j ACCEPT
-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
-A DOCKER-USER -j RETURN
COMMIT
`;

test.each(BACKENDS)(
  'a document beside a file of rules keeps Docker working there, and nothing else (%s)',
  async (backend) => {
    const ns = makeNamespace();
    const state = stateFolder({ [`${ns}/ipv4.rules`]: RULES, 'keep.yaml': `namespace: ${ns}\nbackend: ${backend}\n` });
    await apply(state);
    load(ns, backend, 'ipv4', DOCKER, ['--noflush']);
    const keep = `namespace: ${ns}\nbackend: ${backend}\nownership: exclusive\nkeep: [DOCKER*]\n`;
    const removed = async () =>
      tableSteps((await plan(state)).plan).flatMap(({ chains }) =>
        chains.flatMap(({ lines }) => lines.flatMap((line) => (line.kind === 'remove' ? [line.text] : []))),
      );
    expect(await removed()).toContain('-j DOCKER-USER');
    for (const text of [keep, `${keep}tables: {filter: {}}\n`]) {
      writeFiles(state, { 'keep.yaml': text });
      expect(await removed()).toEqual(['-i eth9 -j ACCEPT']);
    }
    await apply(state);
    const live = saved(ns, backend, 'ipv4');
    for (const line of DOCKER.match(/^-A (?!FORWARD -i eth9).*$/gm) ?? []) expect(live).toContain(line);
    expect(live).toContain('-A FORWARD -j DOCKER-USER');
    expect((await plan(state)).plan.steps).toEqual([]);
  },
);
