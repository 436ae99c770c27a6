import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inNamespace, makeNamespace, saved } from '../support/netns.ts';
import { makePipeline, type Pipeline } from '../support/pipeline.ts';
import { atlantisSteps, githubSteps, gitlabSteps } from '../support/scaffolds.ts';
import { readStream } from '../support/schema.ts';

/** A repository with a state for one namespace on its main branch, and the files of a pipeline. */
function start(pipeline: string): Pipeline & { readonly namespace: string } {
  const namespace = makeNamespace();
  const made = makePipeline();
  const ran = made.fw('init', '--kind', 'host', '--namespace', namespace, '--with', pipeline);
  if (ran.status !== 0) throw new Error(ran.stderr);
  made.git('add', '--all');
  made.git('commit', '--quiet', '--message', 'Begin');
  made.git('push', '--quiet', 'origin', 'main');
  return { ...made, namespace };
}

/** Edits the state on a branch of its own and pushes it. */
function propose({ git, work }: Pipeline, branch: string, ports: string): void {
  git('checkout', '--quiet', '-b', branch, 'origin/main');
  const path = join(work, 'state/host.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/tcp: \[.*?\]/, `tcp: [${ports}]`));
  git('commit', '--quiet', '--all', '--message', `Open ${ports}`);
  git('push', '--quiet', 'origin', branch);
}

/** As the button of a forge does, with a commit that is none of the branch. */
function squash({ git }: Pipeline, branch: string): void {
  git('checkout', '--quiet', '-B', 'main', 'origin/main');
  git('merge', '--quiet', '--squash', branch);
  git('commit', '--quiet', '--message', `Merge ${branch}`);
  git('push', '--quiet', 'origin', 'main');
}

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

const FORGES = [
  { forge: 'github', steps: githubSteps(), proposed: 'proposed', merged: 'merged', cwd: '.', files: '.' },
  { forge: 'gitlab', steps: gitlabSteps(), proposed: 'clone', merged: 'clone', cwd: 'clone', files: 'clone/plan' },
];

describe.each(FORGES)('the steps of the $forge scaffold', ({ forge, steps, proposed, merged, cwd, files }) => {
  test('plan on a branch, comment, merge, apply of that plan, confirm, drift by hand, rollback', () => {
    const made = start(forge);
    const { folder, namespace, checkOut, fw } = made;
    const step = (name: string) => {
      const text = steps[name]?.replace('--namespace host', `--namespace ${namespace}`) ?? `no step ${name}`;
      const env = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_REPOSITORY: 'o/r', NUMBER: '7' };
      const gitlab = { CI_API_V4_URL: 'https://git.example/api', CI_PROJECT_ID: '1', CI_MERGE_REQUEST_IID: '7' };
      return made.step(text, {
        cwd,
        env: { ...env, ...gitlab, FW_COMMENT_TOKEN: 'token-of-the-test', PENDING: 'true' },
      });
    };
    const rules = () => saved(namespace, 'nft', 'ipv4');
    const plans = () => readdirSync(join(folder, 'home/fw-plans'));
    writeFileSync(join(folder, 'output'), '');

    checkOut('origin/main', merged);
    const unplanned = step('apply');
    expect([unplanned.status, rules()]).toEqual([1, '']);
    expect(unplanned.stderr).toContain('There is no plan of this state.');

    propose(made, 'open-https', '443');
    checkOut('origin/open-https', proposed);
    expect(step('plan')).toMatchObject({ status: 0 });
    expect(rules()).toBe('');
    const [plan = ''] = plans();
    expect(plan).toMatch(/^[0-9a-f]{64}\.fwplan$/);
    expect(mode(join(folder, 'home/fw-plans', plan))).toBe('600');
    const comment = readFileSync(join(folder, files, 'comment.md'), 'utf8');
    expect(comment).toMatch(/^<!-- fw:plan /);
    expect(comment).toContain('--dport 443');
    expect(mode(join(folder, files, 'comment.md'))).toBe('600');
    const stream = readStream(readFileSync(join(folder, files, 'plan.ndjson'), 'utf8'));
    expect(stream.at(-1)).toMatchObject({ type: 'result', exit_code: 0 });
    expect(existsSync(join(folder, files, 'live.snapshot'))).toBe(false);
    expect(step('comment')).toMatchObject({ status: 0, stderr: '' });
    expect(made.calls()).toContain(forge === 'github' ? 'repos/o/r/issues/7/comments' : '/merge_requests/7/notes');
    // What stands behind a program is seen by every user of the machine.
    expect(made.calls()).not.toMatch(/^(gh|curl) .*token-of-the-test/m);
    expect(fw('show', join(folder, 'home/fw-plans', plan)).stdout).toContain('+ -p tcp -m tcp --dport 443 -j ACCEPT');

    squash(made, 'open-https');
    checkOut('origin/main', merged);
    expect(step('apply')).toMatchObject({ status: 0 });
    expect(rules()).toContain('--dport 443');
    expect(JSON.parse(fw('status', '--json').stdout)).toMatchObject({ pending: [{}], generation: null });
    expect(step('confirm')).toMatchObject({ status: 0 });
    expect(JSON.parse(fw('status', '--json').stdout)).toMatchObject({ pending: [], generation: { number: 1 } });
    expect(plans()).toEqual([]);
    expect(step('drift')).toMatchObject({ status: 0 });

    inNamespace(namespace, 'iptables', ['-I', 'fw-INPUT', '-s', '203.0.113.9', '-j', 'ACCEPT']);
    const drift = step('drift');
    expect(drift.status).toBe(2);
    expect(drift.stdout).toContain('203.0.113.9');
    expect(fw('rollback', '1', '--auto-approve', '--allow-foreign-removal').status).toBe(0);
    expect(rules()).not.toContain('203.0.113.9');
    expect(rules()).toContain('--dport 443');
    expect(step('drift').status).toBe(0);
  });
});

test('a stale plan is refused, and one without changes leaves nothing to confirm', () => {
  const made = start('github');
  const { folder, namespace, checkOut } = made;
  const output = join(folder, 'output');
  const step = (name: string) => {
    const text = githubSteps()[name]?.replace('--namespace host', `--namespace ${namespace}`) ?? `no step ${name}`;
    return made.step(text, { env: { GITHUB_OUTPUT: output } });
  };
  writeFileSync(output, '');
  checkOut('origin/main', 'proposed');
  expect(step('plan').status).toBe(0);
  inNamespace(namespace, 'iptables', ['-A', 'INPUT', '-s', '203.0.113.9', '-j', 'DROP']);
  checkOut('origin/main', 'merged');
  const before = saved(namespace, 'nft', 'ipv4');
  expect([step('apply').status, saved(namespace, 'nft', 'ipv4')]).toEqual([4, before]);
  expect(readFileSync(output, 'utf8')).not.toContain('pending=true');

  expect(made.fw('apply', '--auto-approve').status).toBe(0);
  checkOut('origin/main', 'proposed');
  expect(step('plan').status).toBe(0);
  checkOut('origin/main', 'merged');
  expect(step('apply')).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(output, 'utf8')).toMatch(/\npending=false\n$/);
});

test('the plan of a pull request needs root for nothing but the snapshot', () => {
  const made = start('github');
  const { folder, namespace, checkOut } = made;
  checkOut('origin/main', 'proposed');
  const snapshot = made.fw('snapshot', '--namespace', namespace).stdout;
  // Stands for the one thing that the user of the runner may do as root.
  writeFileSync(join(folder, 'bin/sudo'), '#!/bin/sh\n[ "$1 $2" = "fw snapshot" ] && cat "$SNAPSHOT"\n');
  writeFileSync(join(folder, 'snapshot'), snapshot);
  execFileSync('chown', ['-R', '65534:65534', folder]);
  const user = [
    'setpriv',
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    '--bounding-set=-all',
    '--inh-caps=-all',
    '--',
  ];
  const shell = [...user, 'bash', '-eo', 'pipefail', '-c'];
  expect(made.step(githubSteps().plan ?? '', { shell, env: { SNAPSHOT: join(folder, 'snapshot') } })).toMatchObject({
    status: 0,
  });
  const [plan = ''] = readdirSync(join(folder, 'home/fw-plans'));
  execFileSync('chown', ['-R', '0:0', folder]);
  // As root takes it from there.
  expect(made.fw('apply', join(folder, 'home/fw-plans', plan)).status).toBe(0);
  expect(saved(namespace, 'nft', 'ipv6')).toContain('--dport 22');
});

test('the stages of the atlantis scaffold: plan, apply that keeps itself, and one that is refused', () => {
  const made = start('atlantis');
  const { folder, namespace, checkOut } = made;
  const PLANFILE = join(folder, 'atlantis.fwplan');
  const stage = (name: string) => {
    const text = atlantisSteps()[name]?.replace('--namespace host', `--namespace ${namespace}`) ?? `no stage ${name}`;
    return made.step(text, { cwd: 'clone', shell: ['sh', '-c'], env: { PLANFILE } });
  };
  propose(made, 'open-https', '443');
  checkOut('origin/open-https', 'clone');
  const planned = stage('plan');
  expect(planned).toMatchObject({ status: 0 });
  expect(planned.stdout).toContain('+ -p tcp -m tcp --dport 443 -j ACCEPT');
  expect([mode(PLANFILE), saved(namespace, 'nft', 'ipv4')]).toEqual(['600', '']);
  expect(stage('apply')).toMatchObject({ status: 0 });
  expect(saved(namespace, 'nft', 'ipv4')).toContain('--dport 443');
  expect(JSON.parse(made.fw('status', '--json').stdout)).toMatchObject({ pending: [], generation: { number: 1 } });
  expect(stage('apply').status).toBe(4);
});
