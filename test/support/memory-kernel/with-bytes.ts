import type { ByteDump } from '../../../src/core/nft-bytes/types.ts';
import { parseSave } from '../../../src/core/restore/parse-save.ts';
import type { Family, TableName } from '../../../src/core/rules/types.ts';
import type { Kernel, Ran } from '../../../src/ports/ports.ts';

/** A kernel that also tells the bytes of chains: here the texts of their rules, which are as different as the rules are. */
export function withBytes(kernel: Kernel): Kernel {
  return {
    ...kernel,
    dumpNft: (targets) =>
      Promise.all(
        targets.map(async ({ namespace, family, tables }) => {
          const [ran] = kernel.save([{ namespace, family, backend: 'nft' }]);
          return bytesIn(await ran, family, tables);
        }),
      ),
    scratch: async () => {
      const scratch = await kernel.scratch();
      const dumpNft = async (family: Family, tables: readonly TableName[]) =>
        bytesIn(await scratch.save('nft', family), family, tables);
      return { ...scratch, dumpNft };
    },
  };
}

function bytesIn(ran: Ran | undefined, family: Family, tables: readonly TableName[]): ByteDump {
  const { ruleset } = parseSave(ran?.stdout ?? '', family);
  const asked = ruleset.tables.filter(({ name }) => tables.includes(name));
  return new Map(
    asked.map(({ name, chains }) => [
      name,
      new Map(chains.map((chain) => [chain.name, JSON.stringify([chain.policy, chain.rules.map(({ text }) => text)])])),
    ]),
  );
}
