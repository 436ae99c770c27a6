import { FwError } from '../../core/diagnostics/errors.ts';
import { missingSetOf, readRefusal } from '../../core/normal-form/refusal.ts';
import { parseSave } from '../../core/restore/parse-save.ts';
import { type Backend, FAMILIES, type Family, type Namespace, type Ruleset } from '../../core/rules/types.ts';
import { parseSavedSet, parseSetFile } from '../../core/sets/ipset/parse-saved-set.ts';
import type { LiveSet } from '../../core/sets/ipset/types.ts';
import { HOST } from '../../core/state/merge/resolve-namespaces.ts';
import { placeScript } from '../../core/state/rule/place-script.ts';
import { HOST_NAMES, kindOfPath } from '../../core/state/schema/file-kind.ts';
import type { Ports, Scratch, StateFile } from '../../ports/ports.ts';
import type { ImportSource } from './draft-state.ts';

/** Beside the files of iptables-save: what `ipset save` printed. The others are how Debian and Red Hat's distributions call it, for the host. */
const SETS = 'sets.ipset';
const SET_FILES: readonly string[] = [
  SETS,
  ...[...HOST_NAMES.keys()].filter((name) => HOST_NAMES.get(name) === 'sets' && name !== SETS),
];

/**
 * Rules of iptables-save files, and the sets beside them, as if they were live: each file is loaded into a scratch namespace and read back, so it may come from
 * another version of iptables or from a person. `path` is one such file, or a folder of NAMESPACE/ipv4.rules and NAMESPACE/ipv6.rules; a `sets.ipset`
 * in the same folder holds the sets that their rules name.
 */
export async function readSaved(ports: Ports, path: string, backend: Backend): Promise<readonly ImportSource[]> {
  const files = (await ports.stateFiles.read(path)).filter((file) => kindOfPath(file.path) === 'rules');
  const found = new Map<string, Partial<Record<Family, Ruleset>>>();
  const sets = new Map<string, SetFile>();
  for (const file of files) {
    const placed = placeScript(path, file.path);
    if ('problem' in placed) {
      throw new FwError('state.invalid', 'the files do not say what they are for', { diagnostics: [placed.problem] });
    }
    const rulesets = found.get(placed.namespace) ?? {};
    const beside = sets.get(placed.namespace) ?? (await readSetFile(ports, path, file.path));
    sets.set(placed.namespace, beside);
    const ruleset = await loadFile(ports, file, beside, backend, placed.family);
    found.set(placed.namespace, { ...rulesets, [placed.family]: ruleset });
  }
  return [...found].map(([name, rulesets]): ImportSource => {
    const namespace: Namespace = name === HOST ? { kind: 'host' } : { kind: 'named', name };
    const [ipv4, ipv6] = FAMILIES.map((family) => rulesets[family] ?? { family, tables: [] });
    return {
      namespace,
      backend,
      rulesets: { ipv4: ipv4 as Ruleset, ipv6: ipv6 as Ruleset },
      sets: sets.get(name)?.sets ?? [],
    };
  });
}

type SetFile = { readonly text: string; readonly sets: readonly LiveSet[] };

async function readSetFile(ports: Ports, root: string, beside: string): Promise<SetFile> {
  const folder = beside.slice(0, beside.lastIndexOf('/') + 1);
  let file: StateFile | undefined;
  for (const name of SET_FILES) file ??= await ports.stateFiles.readList(root, `${folder}${name}`);
  if (file === undefined) return { text: '', sets: [] };
  const { path } = file;
  const parsed = parseSetFile(file.text);
  if ('line' in parsed) {
    throw new FwError('state.invalid', `${path}:${parsed.line}: this is no line of ipset save`, {
      output: parsed.text,
      next: `Write the file anew: ipset save > ${path}`,
    });
  }
  const scratch = await ports.kernel.scratch();
  try {
    const ran = await scratch.restoreSets(file.text);
    if (ran.exitCode !== 0)
      throw new FwError('kernel.rejected', `${path}: ipset refuses the file`, { output: ran.stderr });
    const sets: LiveSet[] = [];
    for (const name of parsed.names) {
      const set = parseSavedSet(name, (await scratch.saveSet(name)).stdout, 0);
      if (set === undefined) throw new FwError('live.unreadable', `${path}: ipset does not show set ${name} as it is`);
      sets.push(set);
    }
    return { text: file.text, sets };
  } finally {
    await scratch.close();
  }
}

async function loadFile(
  ports: Ports,
  file: StateFile,
  beside: SetFile,
  backend: Backend,
  family: Family,
): Promise<Ruleset> {
  const scratch: Scratch = await ports.kernel.scratch();
  try {
    if (beside.text !== '') await scratch.restoreSets(beside.text);
    const ran = await scratch.restore(backend, family, file.text, { noflush: false });
    if (ran.exitCode !== 0) {
      const { output, line } = readRefusal(ran.stderr);
      const where = line === undefined ? file.path : `${file.path}:${line}`;
      const next =
        missingSetOf(output) === undefined
          ? {}
          : { next: `Put the sets into a file ${SETS} in the same folder: ipset save > ${SETS}` };
      throw new FwError('kernel.rejected', `${where}: iptables refuses the file`, { output, ...next });
    }
    return parseSave((await scratch.save(backend, family)).stdout, family).ruleset;
  } finally {
    await scratch.close();
  }
}
