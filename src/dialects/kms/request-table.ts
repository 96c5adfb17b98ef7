import { ALIAS_REQUESTS } from './requests/alias-requests.ts'
import { DATA_REQUESTS } from './requests/data-requests.ts'
import { KEY_REQUESTS } from './requests/key-requests.ts'
import { MATERIAL_REQUESTS } from './requests/material-requests.ts'
import type { RequestReader } from './requests/request.ts'
import { RIGHTS_REQUESTS } from './requests/rights-requests.ts'
import { SIGNATURE_REQUESTS } from './requests/signature-requests.ts'

/** Every operation of the wire that is carried out, by its name after `TrentService.`. */
export const KMS_REQUESTS: ReadonlyMap<string, RequestReader> = new Map<string, RequestReader>(
  Object.entries({
    ...KEY_REQUESTS,
    ...ALIAS_REQUESTS,
    ...DATA_REQUESTS,
    ...SIGNATURE_REQUESTS,
    ...MATERIAL_REQUESTS,
    ...RIGHTS_REQUESTS,
  }),
)

/** Operations that KMS has and this service does not: custom key stores, copies in other regions, key agreement. */
export const UNSUPPORTED_OPERATIONS: ReadonlySet<string> = new Set([
  ...['ConnectCustomKeyStore', 'CreateCustomKeyStore', 'DeleteCustomKeyStore', 'DescribeCustomKeyStores'],
  ...['DisconnectCustomKeyStore', 'UpdateCustomKeyStore', 'ReplicateKey', 'UpdatePrimaryRegion'],
  ...['DeriveSharedSecret', 'Encapsulate', 'Decapsulate', 'GetKeyLastUsage'],
])
