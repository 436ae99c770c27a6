import { expect } from 'vitest';
import type { MadePlan } from '../../src/app/plan/make-plan.ts';
import { FwError } from '../../src/core/diagnostics/errors.ts';
import { tableSteps } from '../../src/core/plan/in-order.ts';
import { printStepEdits } from '../../src/core/plan/step-edits.ts';
import type { Backend, Family } from '../../src/core/rules/types.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { apply, dataFolder, plan } from './fw.ts';
import { makeNamespace, saved } from './netns.ts';
import { shippedPorts } from './shipped-ports.ts';
import { stateFolder, writeFiles } from './state-folder.ts';

export type Site = {
  readonly name: string;
  readonly state: string;
  readonly data: string;
  readonly ports: Ports;
  /** Writes the document of the namespace, or another one. */
  readonly write: (body: string, file?: string) => void;
  readonly plan: () => Promise<MadePlan>;
  /** Writes, plans, applies, and plans again: no changes. What was sent to the kernel comes back. */
  readonly become: (body: string, file?: string) => Promise<string>;
  /** Nothing would be changed, and nothing is wrong. */
  readonly settled: () => Promise<void>;
  /** Writes a document that is wrong; its errors come back, and nothing in the kernel has changed. */
  readonly refuses: (body: string) => Promise<readonly Refusal[]>;
  /** Rules and chains of a table as iptables-save prints them, without policies and counters. */
  readonly rules: (table: string, family?: Family) => readonly string[];
};

export type Refusal = {
  readonly code: string;
  readonly at: string | undefined;
  readonly said: string;
  readonly hint: string;
};

/** A namespace, a state for it and a data folder, with the templates that come with fw. */
export function makeSite(backend: Backend, name = makeNamespace('site')): Site {
  const state = stateFolder({});
  const data = dataFolder();
  const ports = shippedPorts(data);
  const write = (body: string, file = 'a.yaml') =>
    writeFiles(state, { [file]: `namespace: ${name}\nbackend: ${backend}\n${body}` });
  const settled = async () => {
    const again = await plan(state, ports);
    expect(again.plan.steps.map(({ edits }) => edits)).toEqual([]);
  };
  return {
    name,
    state,
    data,
    ports,
    write,
    settled,
    plan: () => plan(state, ports),
    become: async (body, file) => {
      write(body, file);
      const { made } = await apply(state, ports);
      await settled();
      return tableSteps(made.plan).map(printStepEdits).join('');
    },
    refuses: async (body) => {
      const before = everything(name, backend);
      write(body);
      const error = await apply(state, ports).catch((caught: unknown) => caught);
      if (!(error instanceof FwError)) throw new Error('nothing was refused');
      expect(everything(name, backend)).toEqual(before);
      return error.diagnostics.map(({ code, span, message, output: said, hint }) => ({
        code,
        at: span === undefined ? undefined : error.sources.get(span.file)?.slice(span.start, span.end),
        said: said ?? message,
        hint: hint ?? '',
      }));
    },
    rules: (table, family = 'ipv4') => {
      const text = saved(name, backend, family).split(`*${table}\n`)[1]?.split('COMMIT')[0] ?? '';
      return text.split('\n').filter((line) => line.startsWith('-A '));
    },
  };
}

function everything(name: string, backend: Backend): readonly string[] {
  return (['ipv4', 'ipv6'] as const).map((family) => saved(name, backend, family, { counters: true }));
}

/** A document with these rules in chains of the filter table. */
export function filter(chains: Readonly<Record<string, readonly string[]>>, head = ''): string {
  return `${head}tables:\n  filter:\n${printChains(chains)}`;
}

/** Chains of a table in a document. */
export function printChains(chains: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(chains)
    .map(([chain, rules]) => `    ${chain}: [${rules.map((rule) => JSON.stringify(rule)).join(', ')}]\n`)
    .join('');
}
