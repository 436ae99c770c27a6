import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from '@oclif/core';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { formatFiles } from '../../../src/app/state/format-state.ts';
import { COMMANDS } from '../../../src/cli/commands/index.ts';
import { BaseCommand } from '../../../src/cli/run/base.ts';
import { GUARDS } from '../../../src/core/guards/registry.ts';
import { ABOUT, parseAbout, setNamespace, setSnapshotNamespace } from '../../../src/core/scaffold/types.ts';
import { PIPELINES, shellTexts, TEMPLATES, template } from '../../support/scaffolds.ts';
import { faultsOf } from '../../support/schema.ts';

const UNITS = readdirSync(join(TEMPLATES, 'systemd')).filter((name) => name.endsWith('.service'));

/** Every command line of fw in the scaffolds, as words, with the name of where it stands. */
const LINES = [
  ...shellTexts().flatMap(([name, , text]) => text.split('\n').map((line) => [name, line] as const)),
  ...UNITS.flatMap((name) =>
    [...template(`systemd/${name}`).matchAll(/^ExecStart=(.*)$/gm)].map(([, line]) => [name, line ?? ''] as const),
  ),
].flatMap(([name, line]) => {
  // Words for people talk of fw too.
  const code = line.replace(/(^|\s)#.*/, '').replace(/\b(echo|fail|printf) .*/, '');
  return [...code.matchAll(/(?:^|[\s/(])fw ([a-z].*?)(?=\s*(?:[|;>)]|$))/g)].map(
    ([, words]) => [name, words ?? ''] as const,
  );
});

describe('command lines of fw in the scaffolds', () => {
  test('are found', () => {
    expect(new Set(LINES.map(([, line]) => line.split(' ')[0]))).toEqual(
      new Set(['apply', 'confirm', 'drift', 'plan', 'rollback', 'show', 'snapshot']),
    );
    expect(LINES.length).toBeGreaterThan(20);
  });

  test.each(LINES)('%s: fw %s', async (_name, line) => {
    // What a variable stands for is one word of the right kind.
    const words = line
      .replaceAll('"$confirm"', '2m')
      .split(/\s+/)
      .map((word) => word.replaceAll('"', ''));
    const [id = '', ...argv] = words;
    const command = COMMANDS[id];
    if (command === undefined) throw new Error(`no command ${id}`);
    const parsed = await Parser.parse(argv, {
      flags: { ...BaseCommand.baseFlags, ...command.flags },
      args: command.args ?? {},
      strict: true,
    });
    expect(parsed.raw.length).toBeLessThanOrEqual(argv.length);
  });
});

test('arguments of the container of the DaemonSet are those of a command', async () => {
  const { args, security } = pod().initContainers[0] ?? { args: [], security: {} };
  const [id = '', ...argv] = args;
  const command = COMMANDS[id];
  await Parser.parse(argv, {
    flags: { ...BaseCommand.baseFlags, ...command?.flags },
    args: command?.args ?? {},
    strict: true,
  });
  expect([id, security]).toEqual(['apply', undefined]);
});

describe('the GitHub workflow', () => {
  const text = template('pipelines/github/dot-github/workflows/firewall.yml');
  const workflow = parse(text) as Workflow;

  test('gives no job more than it needs', () => {
    expect(workflow.permissions).toEqual({});
    expect(
      Object.fromEntries(Object.entries(workflow.jobs).map(([name, { permissions }]) => [name, permissions])),
    ).toEqual({
      plan: { contents: 'read' },
      comment: { 'pull-requests': 'write' },
      apply: { contents: 'read' },
      confirm: {},
      drift: {},
    });
    expect(text).not.toMatch(/secrets\.|persist-credentials: true/);
    expect(text.match(/uses: actions\/checkout/g)?.length).toBe(text.match(/persist-credentials: false/g)?.length);
  });

  test('names foreign code by its digest', () => {
    const uses = [...text.matchAll(/uses: (.*)/g)].map(([, used]) => used);
    expect(uses.length).toBe(4);
    for (const used of uses) expect(used).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('puts no text of others into a shell', () => {
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
    expect(steps.filter(({ run }) => run !== undefined).length).toBe(5);
    for (const { run } of steps) expect(run ?? '').not.toContain('${{');
  });

  test('plans no pull request of a fork, applies what is pushed to main only, and lets no apply be cancelled', () => {
    expect(Object.keys(workflow.on)).toEqual(['pull_request_target', 'push', 'schedule']);
    expect(workflow.on.push).toMatchObject({ branches: ['main'] });
    expect(workflow.on.pull_request_target).toMatchObject({ branches: ['main'] });
    expect(workflow.jobs.plan?.if).toContain('github.event.pull_request.head.repo.full_name == github.repository');
    expect(workflow.jobs.apply).toMatchObject({
      if: "github.event_name == 'push'",
      concurrency: { group: 'firewall-apply', 'cancel-in-progress': false },
    });
    expect(workflow.jobs.confirm).toMatchObject({ needs: 'apply', if: "needs.apply.outputs.pending == 'true'" });
    expect(workflow.jobs.drift?.if).toBe("github.event_name == 'schedule'");
  });
});

describe('the GitLab pipeline', () => {
  const jobs = parse(template('pipelines/gitlab/dot-gitlab-ci.yml')) as Record<string, GitlabJob>;

  test('plans merge requests of the project itself, applies the default branch, one at a time', () => {
    const conditions = (job: string) => jobs[job]?.rules?.map((rule) => rule.if);
    const own = '$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID';
    expect(conditions('plan')).toEqual([own]);
    expect(conditions('comment')).toEqual([`${own} && $FW_COMMENT_TOKEN`]);
    const merged = ['$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH'];
    expect([conditions('apply'), conditions('confirm')]).toEqual([merged, merged]);
    expect(conditions('drift')).toEqual(['$CI_PIPELINE_SOURCE == "schedule"']);
    expect(jobs.apply).toMatchObject({ resource_group: 'firewall' });
    expect(jobs.stages).toEqual(Object.keys(jobs).filter((name) => !['stages', 'default', 'variables'].includes(name)));
  });
});

describe('the DaemonSet', () => {
  test('has the capabilities that fw needs and no other right', () => {
    const { initContainers, containers, hostNetwork, automountServiceAccountToken, volumes } = pod();
    expect({ hostNetwork, automountServiceAccountToken }).toEqual({
      hostNetwork: true,
      automountServiceAccountToken: false,
    });
    for (const { securityContext } of [...initContainers, ...containers]) {
      expect(securityContext).toEqual({
        privileged: false,
        readOnlyRootFilesystem: true,
        runAsUser: 0,
        runAsGroup: 0,
        seccompProfile: { type: 'RuntimeDefault' },
        capabilities: { drop: ['ALL'], add: ['NET_ADMIN', 'SYS_ADMIN'] },
      });
    }
    const mounted = new Set(
      [...initContainers, ...containers].flatMap((one) => one.volumeMounts.map(({ name }) => name)),
    );
    expect([...mounted]).toEqual(volumes.map(({ name }) => name));
  });

  test('rolls out one node after the other, and a new state like a new image', () => {
    expect(daemonSet().spec.updateStrategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: 1, maxSurge: 0 },
    });
    const kustomization = parse(template('pipelines/kubernetes/kustomization.yaml')) as Kustomization;
    // With a generated name; a name that stays would change nothing in the DaemonSet.
    expect(kustomization.generatorOptions?.disableNameSuffixHash).toBeUndefined();
    expect(kustomization.configMapGenerator).toMatchObject([{ name: 'fw-state' }]);
    expect(pod().volumes[0]).toEqual({ name: 'state', configMap: { name: 'fw-state' } });
  });
});

const KINDS = readdirSync(join(TEMPLATES, 'kinds'));

test.each(KINDS)(
  'the starter %s names its schema first, keeps to it, is in style and marks what to change',
  async (kind) => {
    const path = `kinds/${kind}/state/${kind}.yaml`;
    const text = template(path);
    expect(text).toMatch(/^# yaml-language-server: \$schema=_schemas\/state\.schema\.json\n/);
    expect(text).toContain('# CHANGE: ');
    for (const document of parseAllDocuments(text)) {
      expect(faultsOf('state', document.toJS())).toEqual([]);
      expect((document.toJS() as { namespace: string }).namespace).toBe('host');
    }
    expect(await formatFiles([{ path, text }])).toEqual([]);
  },
);

test.each(['true', 'null', '123', '1e3', '.5', 'edge-1'])('a starter is for a namespace that is called %s', (name) => {
  for (const kind of KINDS) {
    const documents = parseAllDocuments(setNamespace(template(`kinds/${kind}/state/${kind}.yaml`), name));
    for (const document of documents) expect((document.toJS() as { namespace: unknown }).namespace).toBe(name);
  }
});

test.each(['github/dot-github/workflows/firewall.yml', 'gitlab/dot-gitlab-ci.yml', 'atlantis/atlantis/repos.yaml'])(
  '%s takes the snapshot of the namespace that the starter is for',
  (path) => {
    const text = setSnapshotNamespace(template(`pipelines/${path}`), 'edge');
    expect(text).toContain('fw snapshot --namespace edge >');
    expect(text).not.toContain('--namespace host');
    expect(setSnapshotNamespace(text, 'edge')).toBe(text);
  },
);

test('every scaffold has a title and says what to do next', () => {
  const kinds = readdirSync(join(TEMPLATES, 'kinds')).map((name) => `kinds/${name}`);
  for (const path of [...kinds, ...PIPELINES.map((name) => `pipelines/${name}`)]) {
    const { title, next } = parseAbout(readFileSync(join(TEMPLATES, path, ABOUT), 'utf8'));
    expect(title.length).toBeGreaterThan(20);
    expect([path, path.startsWith('kinds/') || next.length > 0]).toEqual([path, true]);
  }
});

type Workflow = {
  readonly on: Readonly<Record<string, object>>;
  readonly permissions: object;
  readonly jobs: Readonly<
    Record<
      string,
      { readonly if?: string; readonly permissions: object; readonly steps: readonly { readonly run?: string }[] }
    >
  >;
};
type GitlabJob = { readonly rules?: readonly { readonly if: string }[] };
type Kustomization = {
  readonly configMapGenerator: readonly object[];
  readonly generatorOptions?: { readonly disableNameSuffixHash?: boolean };
};
type Container = {
  readonly args: readonly string[];
  readonly security?: object;
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string }[];
};
type Pod = {
  readonly hostNetwork: boolean;
  readonly automountServiceAccountToken: boolean;
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string }[];
};
type DaemonSet = { readonly spec: { readonly updateStrategy: object; readonly template: { readonly spec: Pod } } };

function daemonSet(): DaemonSet {
  const documents = parseAllDocuments(template('pipelines/kubernetes/kubernetes/daemonset.yaml'));
  return documents
    .map((document) => document.toJS() as DaemonSet & { kind: string })
    .find(({ kind }) => kind === 'DaemonSet') as DaemonSet;
}

function pod(): Pod {
  return daemonSet().spec.template.spec;
}

test('the role of Ansible opens every guard, and says so everywhere', () => {
  const guards = GUARDS.map(({ flag }) => flag).map((flag) => flag.replace('--allow-', ''));
  const role = (path: string) => template(`ansible/roles/fw/${path}`);
  const page = readFileSync(new URL('../../../docs/ansible.md', import.meta.url), 'utf8');
  const lists = [
    /choices: \[(.*)\]/.exec(role('meta/argument_specs.yml')),
    /choices: \[(empty.*|lockout.*)\]/.exec(role('library/fw.py')),
    /^GUARDS = \[(.*)\]/m.exec(role('library/fw.py')),
    /by name: (.*)\.$/m.exec(role('defaults/main.yml')),
    /^\| `fw_allow` .*guards to open: (.*) \|$/m.exec(page),
  ];
  expect(lists.map((list) => list?.[1]?.replaceAll(/['`]/g, '').split(', '))).toEqual(lists.map(() => guards));
});
