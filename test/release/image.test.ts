import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { makeNeighbour } from '../support/neighbour.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { BINARY, makeBinary, ROOT } from './release.ts';

// The image and the DaemonSet of `fw init --with kubernetes`, run by the dockerd of Debian with its seccomp profile. The host network of the containers is a network namespace.

type Mount = { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean };
type Volume = { readonly name: string; readonly hostPath?: { readonly path: string }; readonly emptyDir?: object };
type Container = {
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly securityContext: {
    readonly readOnlyRootFilesystem: boolean;
    readonly runAsUser: number;
    readonly runAsGroup: number;
    readonly capabilities: { readonly drop: readonly string[]; readonly add: readonly string[] };
  };
  readonly volumeMounts: readonly Mount[];
  readonly readinessProbe?: { readonly exec: { readonly command: readonly string[] } };
};
type Pod = {
  readonly hostNetwork: boolean;
  readonly initContainers: readonly [Container];
  readonly containers: readonly [Container];
  readonly volumes: readonly Volume[];
};

const folder = mkdtempSync(join(tmpdir(), 'fwt-image-'));
const site = join(folder, 'site');
const DOCKER = ['env', 'DOCKER_BUILDKIT=0', 'docker', '-H', 'unix:///run/docker.sock'];

beforeAll(() => {
  makeBinary();
  expect(runBuilt(['init', site, '--kind', 'kubernetes-node', '--with', 'kubernetes']).status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the pod of the DaemonSet applies, gets ready, and ends when it is told to', async () => {
  const namespace = makeNamespace('pod');
  const node = await makeNeighbour(namespace, 'nft');
  const folders = ['--data-root', '/run/docker-data', '--exec-root', '/run/docker-exec'];
  const sockets = ['--pidfile', '/run/docker.pid', '-H', 'unix:///run/docker.sock'];
  const rest = ['--storage-driver', 'vfs', '--iptables=false', '--bridge=none'];
  await node.start(['dockerd', ...folders, ...sockets, ...rest], 'API listen on');
  node.run([...DOCKER, 'import', join(ROOT, 'node_modules/.cache/debian.tar'), 'debian:bookworm-slim']);
  node.run([...DOCKER, 'build', '-t', 'fw', buildContext()]);

  const pod = readPod();
  expect(pod.hostNetwork).toBe(true);
  const [apply] = pod.initContainers;
  const [drift] = pod.containers;
  node.run(['mkdir', '-p', '/run/netns', '/var/lib/fw-node']);
  node.run(['touch', '/run/xtables.lock']);
  const applied = node.run([...DOCKER, 'run', '--rm', ...flagsOf(apply, pod), 'fw', ...(apply.args ?? [])]);
  expect(applied).toContain('Generation 1.');
  expect(inNamespace(namespace, 'iptables-save', []).stdout).toContain('fw-INPUT');

  const [program = '', ...words] = drift.command ?? [];
  const started = ['run', '--detach', '--name', 'drift', '--entrypoint', program, ...flagsOf(drift, pod), 'fw'];
  node.run([...DOCKER, ...started, ...words]);
  const probe = drift.readinessProbe?.exec.command ?? [];
  node.until([...DOCKER, 'exec', 'drift', ...probe]);
  expect(() => node.run([...DOCKER, 'exec', 'drift', 'touch', '/usr/local/bin/other'])).toThrow(
    'Read-only file system',
  );
  node.run([...DOCKER, 'stop', '--time', '30', 'drift']);
  expect(node.run([...DOCKER, 'inspect', '--format', '{{.State.ExitCode}}', 'drift'])).toBe('0\n');
}, 600_000);

/**
 * A folder as for `docker build`. The packages that the Dockerfile installs are in the Debian that the test is given, whose list is that of scripts/setup;
 * and the old builder of Debian knows no `--chmod`.
 */
function buildContext(): string {
  const text = readFileSync(join(site, 'kubernetes/Dockerfile'), 'utf8');
  const installed = /apt-get install -y --no-install-recommends (.*) \\/.exec(text)?.[1]?.split(' ');
  const included = /--include=(\S+)/.exec(readFileSync(join(ROOT, 'scripts/setup'), 'utf8'))?.[1]?.split(',');
  expect(installed).toEqual(included);
  const context = join(folder, 'context');
  mkdirSync(context);
  writeFileSync(
    join(context, 'Dockerfile'),
    text.replace(/^RUN (?:.*\\\n)*.*\n/m, '').replace('COPY --chmod=755 ', 'COPY '),
  );
  copyFileSync(BINARY, join(context, 'fw-linux-x64'));
  chmodSync(join(context, 'fw-linux-x64'), 0o755);
  return context;
}

function readPod(): Pod {
  const text = readFileSync(join(site, 'kubernetes/daemonset.yaml'), 'utf8');
  const documents = parseAllDocuments(text).map(
    (document) => document.toJS() as { kind: string; spec: { template: { spec: Pod } } },
  );
  const found = documents.find(({ kind }) => kind === 'DaemonSet');
  if (found === undefined) throw new Error('no DaemonSet');
  return found.spec.template.spec;
}

/** What Kubernetes asks of the runtime for a container. */
function flagsOf({ env, securityContext, volumeMounts }: Container, pod: Pod): readonly string[] {
  const { readOnlyRootFilesystem, runAsUser, runAsGroup, capabilities } = securityContext;
  return [
    ...['--network', 'host', '--user', `${runAsUser}:${runAsGroup}`],
    ...(readOnlyRootFilesystem ? ['--read-only'] : []),
    ...capabilities.drop.flatMap((name) => ['--cap-drop', name]),
    ...capabilities.add.flatMap((name) => ['--cap-add', name]),
    ...env.flatMap(({ name, value }) => ['--env', `${name}=${value}`]),
    ...volumeMounts.flatMap((mount) => flagsOfMount(mount, pod.volumes)),
  ];
}

function flagsOfMount({ name, mountPath, readOnly }: Mount, volumes: readonly Volume[]): readonly string[] {
  const volume = volumes.find((each) => each.name === name);
  if (volume?.emptyDir !== undefined) return ['--tmpfs', mountPath];
  return ['--volume', `${volume?.hostPath?.path ?? configMap()}:${mountPath}${readOnly === true ? ':ro' : ''}`];
}

/** As Kubernetes lays it: open to all users. */
function configMap(): string {
  const state = join(folder, 'config-map');
  mkdirSync(state, { recursive: true });
  chmodSync(state, 0o777);
  copyFileSync(join(site, 'state/kubernetes-node.yaml'), join(state, 'kubernetes-node.yaml'));
  chmodSync(join(state, 'kubernetes-node.yaml'), 0o644);
  return state;
}
