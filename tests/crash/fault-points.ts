import { AUDIT_FAULT_POINTS } from '../../src/audit/index.ts'
import { BUCKET_KEY_FAULT_POINTS } from '../../src/encryption/index.ts'
import { PEOPLE_FAULT_POINTS } from '../../src/iam/index.ts'
import { KEY_FAULT_POINTS, ROOT_FILE_FAULT_POINTS } from '../../src/kms/index.ts'
import { OBJECT_FAULT_POINTS } from '../../src/objects/index.ts'
import { STORAGE_FAULT_POINTS } from '../../src/storage/index.ts'

/** Every named point of the server. */
export const ALL_POINTS: readonly string[] = [
  ...STORAGE_FAULT_POINTS,
  ...OBJECT_FAULT_POINTS,
  ...KEY_FAULT_POINTS,
  ...ROOT_FILE_FAULT_POINTS,
  ...BUCKET_KEY_FAULT_POINTS,
  ...AUDIT_FAULT_POINTS,
  ...PEOPLE_FAULT_POINTS,
]

function ofVerbs(...verbs: readonly string[]): readonly string[] {
  return verbs.flatMap((verb) => [`${verb}:before-metadata-commit`, `${verb}:after-metadata-commit`])
}

/** Passed by the collector of a server. */
export const BY_COLLECTOR = ['blob.remove', 'blob.removed', ...ofVerbs('collect-garbage:blobs', 'collect-garbage')]
/** Passed where a second process writes. */
export const BY_WRITER = ['metadata.remote.received', 'metadata.remote.answer']
/** Passed by an upload of very many parts. */
export const BY_PAGES = ['complete-upload:before-pages-commit', 'complete-upload:after-pages-commit']
/** Passed within a second of a request, when it may have had its answer. */
export const BY_AUDIT = AUDIT_FAULT_POINTS.filter((point) => !point.startsWith('audit-checkpoint:'))
/**
 * Passed by the clock or by a command on the host: what falls due, and the wraps of root and cluster key. Imports of key
 * material, key policies, tags, grants and people are tried there too, without a wire.
 */
export const BY_TIME_OR_HOST = ofVerbs(
  'audit-checkpoint',
  'change-people',
  'make-session-key',
  'forget-done-uploads',
  'expire-upload',
  'lifecycle',
  'lifecycle-upload',
  'deliver-event',
  'rotate-due-key',
  'destroy-key',
  ...['put-key-policy', 'update-key-description', 'tag-key', 'create-grant', 'revoke-grant', 'remove-grants'],
  'get-import-parameters',
  'import-key-material',
  'delete-imported-key-material',
  'expire-key-material',
  'rotate-service-key',
  'add-root-wraps',
  'remove-root-wraps',
  'begin-cluster-key',
  'renew-wraps',
  'end-cluster-keys',
  'set-root-credential',
  'recover-root-credential',
)

/** Passed where the material of keys lives in a token. */
export const BY_TOKEN = ofVerbs('reserve-token-uses', 'forget-discarded')

const elsewhere = new Set<string>([
  ...BY_COLLECTOR,
  ...BY_WRITER,
  ...BY_PAGES,
  ...BY_AUDIT,
  ...BY_TIME_OR_HOST,
  ...BY_TOKEN,
  ...ROOT_FILE_FAULT_POINTS,
])

/** All the others are passed by a request, before it is answered. */
export const BY_REQUESTS = ALL_POINTS.filter((point) => !elsewhere.has(point))
