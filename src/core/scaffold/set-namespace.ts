/** A starter for another network namespace than the host. Every document of a starter has the line `namespace: host`. */
export function setNamespace(text: string, name: string): string {
  // Names such as 123 and true are other things to YAML than texts.
  const isText = /^[A-Za-z_]/.test(name) && !/^(true|false|null)$/i.test(name);
  return text.replaceAll(/^namespace: host$/gm, () => `namespace: ${isText ? name : `'${name}'`}`);
}
