import type { NamespaceIdentity } from '../identity/types.ts';
import { LIMITS } from '../limits.ts';
import { BOOT_ID, NAMESPACE_IDENTITY } from '../plan-file/namespace-shape.ts';
import { list, object, type Shape, text } from '../plan-file/shape.ts';

/** What an apply that has not ended tells every data folder of the machine. */
export type RegisterEntry = {
  readonly id: string;
  readonly operator: string;
  /** Full path of its data folder. */
  readonly folder: string;
  /** Id of the boot: after another one nothing of the apply is live. */
  readonly boot?: string;
  readonly namespaces: readonly NamespaceIdentity[];
};

const fullPath: Shape = (value, place) =>
  typeof value === 'string' && value.length <= LIMITS.path.most && value.startsWith('/') && !value.includes('\0')
    ? undefined
    : place;

const ENTRY = object(
  {
    id: text({ most: 40, form: /^[0-9]{8}T[0-9]{9}Z-[0-9]+$/ }),
    operator: text({ most: LIMITS.planName.most, empty: true }),
    folder: fullPath,
    namespaces: list(NAMESPACE_IDENTITY),
  },
  { boot: BOOT_ID },
);

/**
 * Undefined for what no fw would have written: of which apply it tells is not known then. More keys than these are left alone: every version of fw on the machine reads
 * the entries of all others.
 */
export function parseRegisterEntry(content: string, id: string): RegisterEntry | undefined {
  try {
    const { operator, folder, boot, namespaces, ...more } = JSON.parse(content) as Readonly<Record<string, unknown>>;
    const entry: unknown = { id: more.id, operator, folder, namespaces, ...(boot === undefined ? {} : { boot }) };
    return isEntry(entry) && entry.id === id ? entry : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is RegisterEntry {
  return ENTRY(value, 'entry') === undefined;
}

export function printRegisterEntry(entry: RegisterEntry): string {
  return JSON.stringify(entry);
}
