/** Who signed a plan: the name that the allowed-signers file has for the key, and the key as ssh-keygen shows it. */
export type Signer = { readonly principal: string; readonly key: string };
