/** What `ipset list -terse` says of one set. */
export type TerseSet = {
  readonly name: string;
  /** How many rules, lists and others of the kernel hold it. */
  readonly references: number;
  /** How many entries it has; absent where an older kernel does not tell. */
  readonly entries?: number;
};

/** Every set in the output of `ipset list -terse` (7.17). */
export function parseTerse(text: string): readonly TerseSet[] {
  return text.split(/\n(?=Name: )/).flatMap((block) => {
    const name = /^Name: (.*)$/m.exec(block)?.[1];
    if (name === undefined) return [];
    const entries = /^Number of entries: (\d+)$/m.exec(block)?.[1];
    return [
      {
        name,
        references: Number(/^References: (\d+)$/m.exec(block)?.[1] ?? 0),
        ...(entries === undefined ? {} : { entries: Number(entries) }),
      },
    ];
  });
}

/** Names of the sets in such an output that hold other sets. */
export function listNames(text: string): readonly string[] {
  return text.split(/\n(?=Name: )/).flatMap((block) => {
    const name = /^Name: (.*)$/m.exec(block)?.[1];
    return name === undefined || !/^Type: list:/m.test(block) ? [] : [name];
  });
}
