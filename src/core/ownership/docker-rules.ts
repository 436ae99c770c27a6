import type { TableName } from '../rules/types.ts';

/** The bridge of the default network, and those of networks that a user makes. */
const BRIDGE = '(?:docker0|br-[0-9a-f]{12})';

const SHAPES: Readonly<Partial<Record<TableName, readonly RegExp[]>>> = {
  filter: [
    new RegExp(`^-o ${BRIDGE} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT$`),
    new RegExp(`^-i (${BRIDGE}) ! -o \\1 -j ACCEPT$`),
    new RegExp(`^-i (${BRIDGE}) -o \\1 -j (?:ACCEPT|DROP)$`),
  ],
  nat: [new RegExp(`^-s \\S+ ! -o ${BRIDGE} -j MASQUERADE$`)],
};

/**
 * Whether a rule of a built-in chain is one of those that Docker writes for its bridges (20.10 to 27) and that jump to no chain of Docker. Who
 * keeps the chains of Docker keeps these with them: without them no container reaches anything.
 */
export function isDockerRule(table: TableName, text: string): boolean {
  return SHAPES[table]?.some((shape) => shape.test(text)) === true;
}
