import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { COMMANDS } from '../../../src/cli/commands/index.ts';
import { githubSteps, TEMPLATES, template } from '../../support/scaffolds.ts';

// What others use straight from the repository of fw. Its shell is that of the scaffolds, which test/kernel/pipeline.test.ts runs.
const ROOT = join(TEMPLATES, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

type Step = {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly shell?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
};

describe('the action for GitHub', () => {
  const action = parse(read('action.yml'));
  const steps: readonly Step[] = action.runs.steps;
  const workflow = template('pipelines/github/dot-github/workflows/firewall.yml');

  test('runs the steps of the scaffold, each under its name', () => {
    const own = steps.flatMap(({ id, run = '' }) => (id === undefined ? [] : [[id, run.trim()] as const]));
    const scaffold = Object.entries(githubSteps()).map(([id, run = '']) => [id, run.trim()] as const);
    expect(Object.fromEntries(own)).toEqual(Object.fromEntries(scaffold));
    for (const { id, if: condition } of steps.filter((step) => step.id !== undefined))
      expect(condition).toBe(`inputs.step == '${id}'`);
  });

  test('uses what the scaffold uses, by the same digests', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(new Set(used)).toEqual(new Set([...workflow.matchAll(/uses: (\S+)/g)].map(([, name]) => name)));
  });

  test('puts no text of others into a shell', () => {
    for (const { run, shell } of steps) {
      expect(run ?? '').not.toContain('${{');
      expect(run === undefined ? 'bash' : shell).toBe('bash');
    }
  });
});

test('the component for GitLab is the scaffold, with its inputs at their defaults', () => {
  const text = read('templates/firewall/template.yml');
  const [header, body] = parseAllDocuments(text).map((document) => document.toJS());
  const inputs: Readonly<Record<string, { readonly default: string; readonly regex?: string }>> = header.spec.inputs;
  const filled = text
    .slice(text.indexOf('\n---\n') + 5)
    .replace(/\$\[\[ inputs\.([a-z-]+) \]\]/g, (_, name: string) => inputs[name]?.default ?? `no input ${name}`);
  expect(parse(filled)).toEqual(parse(template('pipelines/gitlab/dot-gitlab-ci.yml')));
  expect(body.stages).toContain('apply');
  // What stands in a script is a word of one shape.
  const scripts = JSON.stringify(Object.values(body).map((job) => (job as { script?: unknown }).script));
  for (const [, name = ''] of scripts.matchAll(/inputs\.([a-z-]+)/g)) expect(inputs[name]?.regex).toBeDefined();
});

test('the hooks of pre-commit are commands of fw', () => {
  const hooks: readonly { readonly id: string; readonly entry: string; readonly files: string }[] = parse(
    read('.pre-commit-hooks.yaml'),
  );
  expect(hooks.map(({ id }) => id)).toEqual(['fw-fmt', 'fw-validate', 'fw-test', 'fw-lint']);
  for (const { id, entry, files } of hooks) {
    expect(entry).toBe(id.replace('-', ' '));
    expect(Object.keys(COMMANDS)).toContain(entry.slice(3));
    expect('state/edge.yaml').toMatch(new RegExp(files));
  }
});
