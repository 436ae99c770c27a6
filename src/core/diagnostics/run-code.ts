/** An error that ends a run: what happened, the number that it exits with, and what an operator does next. */
export type RunCode = { readonly title: string; readonly exit: number; readonly next: string };
