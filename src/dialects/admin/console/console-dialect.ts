import type { RequestView } from '../../../http/index.ts'
import { refuse } from '../../../operations/index.ts'
import type { Decoded, DecodedByBody, DialectTranslator } from '../../dialect.ts'
import { AUDIT_ROUTES } from './audit-routes.ts'
import { BUCKET_ROUTES } from './bucket-routes.ts'
import { encodeConsole } from './encode.ts'
import { encodeConsoleFailure } from './failures.ts'
import { KEY_ROUTES } from './key-routes.ts'
import { OBJECT_ACCESS_ROUTES } from './object-access-routes.ts'
import { OBJECT_ROUTES } from './object-routes.ts'
import { PEOPLE_ROUTES } from './people-routes.ts'
import { RIGHT_ROUTES } from './right-routes.ts'
import { matchRoute, type Route } from './route.ts'
import { SETTING_ROUTES } from './setting-routes.ts'
import { UPLOAD_ROUTES } from './upload-routes.ts'
import { CONSOLE_API_PREFIX } from './wire.ts'

const ROUTES: readonly Route[] = [
  ...BUCKET_ROUTES,
  ...SETTING_ROUTES,
  ...OBJECT_ROUTES,
  ...OBJECT_ACCESS_ROUTES,
  ...UPLOAD_ROUTES,
  ...KEY_ROUTES,
  ...PEOPLE_ROUTES,
  ...AUDIT_ROUTES,
  ...RIGHT_ROUTES,
]

/** The console's API: the operations that there are, under the paths and in the words that a browser wants. */
export function createConsoleDialect(): DialectTranslator {
  return { name: 'console', decode, encode: encodeConsole, encodeFailure: encodeConsoleFailure }
}

function decode(request: RequestView): Decoded | DecodedByBody {
  for (const name of request.headers.names) {
    // Somebody else's language is refused, never ignored.
    if (/^x-(?:amz|oss|obs|cos)-/.test(name)) {
      refuse({ kind: 'invalid-argument', argument: name, detail: 'is no header of the console' })
    }
  }
  if (!request.rawPath.startsWith(CONSOLE_API_PREFIX)) {
    return refuse({ kind: 'invalid-uri', detail: 'no path of the console’s API' })
  }
  return matchRoute(ROUTES, request, request.rawPath.slice(CONSOLE_API_PREFIX.length))
}
