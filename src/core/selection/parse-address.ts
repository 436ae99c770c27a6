import { isTableName, TABLES } from '../rules/builtin.ts';
import { FAMILIES, type Family } from '../rules/types.ts';
import type { Address } from './types.ts';

const NAMESPACE = /^[A-Za-z0-9_.*?[\]!-]{1,64}$/;

/** Reads `NAMESPACE[/FAMILY[/TABLE]]`; a text for people where it is none. */
export function parseAddress(text: string): Address | { readonly problem: string } {
  const [namespace = '', family = '*', table = '*', ...more] = text.split('/');
  if (more.length > 0 || !NAMESPACE.test(namespace)) return { problem: `"${text}" is not NAMESPACE/FAMILY/TABLE` };
  if (family !== '*' && !isFamily(family)) return { problem: `"${family}" is no family: ${FAMILIES.join(' or ')}` };
  if (table !== '*' && !isTableName(table)) return { problem: `"${table}" is no table: ${TABLES.join(', ')}` };
  return {
    namespace,
    ...(isFamily(family) ? { family } : {}),
    ...(isTableName(table) ? { table } : {}),
  };
}

function isFamily(text: string): text is Family {
  return (FAMILIES as readonly string[]).includes(text);
}
