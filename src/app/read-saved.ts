import { FwError } from '../core/errors.ts';
import { readRefusal } from '../core/normal/refusal.ts';
import { parseSave } from '../core/ruleset/parse-save.ts';
import { type Backend, FAMILIES, type Family, type Namespace, type Ruleset } from '../core/ruleset/types.ts';
import { placeScript } from '../core/state/place-script.ts';
import { HOST } from '../core/state/resolve-namespaces.ts';
import type { Ports, Scratch, StateFile } from '../ports.ts';
import type { Live } from './read-live.ts';

/**
 * Rules of iptables-save files as if they were live: each file is loaded into a scratch namespace and read back, so it may come from
 * another version of iptables or from a person. `path` is one such file, or a folder of NAMESPACE/ipv4.rules and NAMESPACE/ipv6.rules.
 */
export async function readSaved(ports: Ports, path: string, backend: Backend): Promise<readonly Live[]> {
  const files = (await ports.stateFiles.read(path)).filter((file) => !/\.ya?ml$/.test(file.path));
  const found = new Map<string, Partial<Record<Family, Ruleset>>>();
  for (const file of files) {
    const placed = placeScript(path, file.path);
    if ('problem' in placed) {
      throw new FwError('state.invalid', 'the files do not say what they are for', { diagnostics: [placed.problem] });
    }
    const rulesets = found.get(placed.namespace) ?? {};
    found.set(placed.namespace, { ...rulesets, [placed.family]: await loadFile(ports, file, backend, placed.family) });
  }
  return [...found].map(([name, rulesets]): Live => {
    const namespace: Namespace = name === HOST ? { kind: 'host' } : { kind: 'named', name };
    const [ipv4, ipv6] = FAMILIES.map((family) => rulesets[family] ?? { family, tables: [] });
    return { namespace, backend, rulesets: { ipv4: ipv4 as Ruleset, ipv6: ipv6 as Ruleset } };
  });
}

async function loadFile(ports: Ports, file: StateFile, backend: Backend, family: Family): Promise<Ruleset> {
  const scratch: Scratch = await ports.kernel.scratch();
  try {
    const ran = await scratch.restore(backend, family, file.text, { noflush: false });
    if (ran.exitCode !== 0) {
      const { said, line } = readRefusal(ran.stderr);
      const where = line === undefined ? file.path : `${file.path}:${line}`;
      throw new FwError('kernel.rejected', `${where}: iptables refuses the file`, { said });
    }
    return parseSave((await scratch.save(backend, family)).stdout, family).ruleset;
  } finally {
    await scratch.close();
  }
}
