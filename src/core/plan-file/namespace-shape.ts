import { LIMITS } from '../limits.ts';
import { isNamespaceName } from '../state/merge/resolve-namespaces.ts';
import { byKey, object, oneOf, type Shape, text } from './shape.ts';

const named: Shape = (value, place) =>
  typeof value === 'string' && value !== 'host' && isNamespaceName(value) ? undefined : place;
export const NAMESPACE = byKey('kind', {
  host: object({ kind: oneOf('host') }),
  named: object({ kind: oneOf('named'), name: named }),
});

/** As the kernel has it. */
export const BOOT_ID = text({ most: 36, form: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/ });

export const NAMESPACE_IDENTITY = object(
  { namespace: NAMESPACE },
  {
    cookie: text({ most: 16, form: /^[0-9a-f]{16}$/ }),
    file: text({ most: LIMITS.namespaceName.most, form: /^\d+:\d+:(?:initial|\d+)$/ }),
  },
);
