/** What `ipset list -terse` says of one set. */
type TerseSet = { readonly name: string; readonly references: number };

/** Every set in the output of `ipset list -terse` (7.17). */
export function parseTerse(text: string): readonly TerseSet[] {
  return text.split(/\n(?=Name: )/).flatMap((block) => {
    const name = /^Name: (.*)$/m.exec(block)?.[1];
    return name === undefined ? [] : [{ name, references: Number(/^References: (\d+)$/m.exec(block)?.[1] ?? 0) }];
  });
}

/** Names of the sets in such an output that hold other sets. */
export function listNames(text: string): readonly string[] {
  return text.split(/\n(?=Name: )/).flatMap((block) => {
    const name = /^Name: (.*)$/m.exec(block)?.[1];
    return name === undefined || !/^Type: list:/m.test(block) ? [] : [name];
  });
}
