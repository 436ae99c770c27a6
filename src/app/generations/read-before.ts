import { FwError } from '../../core/diagnostics/errors.ts';
import type { BeforeFw } from '../../core/generation-zero/types.ts';
import type { Ports } from '../../ports/ports.ts';

/**
 * Generation 0. Throws `generation.missing` where there is none: nothing was written yet, or only by an older fw, which kept nothing of
 * what was there. Such a record is never made up.
 */
export async function readBefore(ports: Pick<Ports, 'before' | 'generations'>): Promise<BeforeFw> {
  const record = await ports.before.read();
  const all = record?.namespaces.flatMap(({ tables, sets }) => [...tables, ...sets]) ?? [];
  if (record !== undefined && all.some(({ isUnknown }) => !isUnknown)) return record;
  const isOld = all.length > 0 || (await ports.generations.earlier()).length > 0;
  if (!isOld) {
    throw new FwError('generation.missing', 'there is no generation 0: fw has changed nothing from this data folder', {
      next: 'It begins with the first apply that changes something.',
    });
  }
  throw new FwError(
    'generation.missing',
    'there is no generation 0: an older fw wrote to these tables first, and kept nothing of what was there',
    {
      next: 'Take our rules out through the state: leave its documents with empty chains, and run fw apply --allow-empty.',
    },
  );
}
