import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const TEMPLATES = new URL('../../templates/', import.meta.url).pathname;

/** Every pipeline that `fw init --with` knows. */
export const PIPELINES: readonly string[] = readdirSync(join(TEMPLATES, 'pipelines')).sort();

/** A file of the templates, by its path there. */
export function template(path: string): string {
  return readFileSync(join(TEMPLATES, path), 'utf8');
}

type TableStep = { readonly id?: string; readonly run?: string };
type Workflow = { readonly jobs: Readonly<Record<string, { readonly steps: readonly TableStep[] }>> };

/** The shell steps of the GitHub workflow by their ids. */
export function githubSteps(): Readonly<Record<string, string>> {
  const { jobs } = parse(template('pipelines/github/dot-github/workflows/firewall.yml')) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  return Object.fromEntries(steps.flatMap(({ id, run }) => (id === undefined || run === undefined ? [] : [[id, run]])));
}

/** The scripts of the GitLab jobs by the names of the jobs. */
export function gitlabSteps(): Readonly<Record<string, string>> {
  const jobs = parse(template('pipelines/gitlab/dot-gitlab-ci.yml')) as Record<string, { readonly script?: string[] }>;
  return Object.fromEntries(
    Object.entries(jobs).flatMap(([name, { script }]) => (script === undefined ? [] : [[name, script.join('\n')]])),
  );
}

type Atlantis = {
  readonly workflows: {
    readonly fw: Record<string, { readonly steps: readonly { readonly run: { command: string } }[] }>;
  };
};

/** The commands of the Atlantis workflow by its stages. */
export function atlantisSteps(): Readonly<Record<string, string>> {
  const { workflows } = parse(template('pipelines/atlantis/atlantis/repos.yaml')) as Atlantis;
  return Object.fromEntries(
    Object.entries(workflows.fw).map(([name, { steps }]) => [name, steps.map(({ run }) => run.command).join('\n')]),
  );
}

type DaemonSet = {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly command: readonly string[] }[] } };
  };
};

/** The shell text of the container that watches for drift. */
export function kubernetesScript(): string {
  const [, set = ''] = template('pipelines/kubernetes/kubernetes/daemonset.yaml').split('\n---\n');
  return (parse(set) as DaemonSet).spec.template.spec.containers[0]?.command.at(-1) ?? '';
}

/** Every piece of shell that a scaffold brings, with a name for it. */
export function shellTexts(): readonly (readonly [name: string, shell: 'bash' | 'sh', text: string])[] {
  const named = (of: string, shell: 'bash' | 'sh', steps: Readonly<Record<string, string>>) =>
    Object.entries(steps).map(([name, text]) => [`${of} ${name}`, shell, text] as const);
  return [
    ...named('github', 'bash', githubSteps()),
    ...named('gitlab', 'bash', gitlabSteps()),
    ...named('atlantis', 'sh', atlantisSteps()),
    ['kubernetes drift', 'sh', kubernetesScript()],
    ['systemd fw-reconcile', 'bash', template('systemd/fw-reconcile')],
  ];
}
