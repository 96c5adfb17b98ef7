import type { AuditLog } from '../audit/index.ts'
import { after, refuse, type AccountId, type Awaitable } from '../operations/index.ts'
import type { RecordSealer } from '../records/index.ts'
import type { MetadataStore } from '../storage/index.ts'
import { listAliases, removeAlias, setAlias } from './keys/aliases.ts'
import type { Cluster } from './cluster/cluster-key.ts'
import { demandTask } from './rights/key-road.ts'
import { authorizeUse, decrypt, encrypt, generateDataKey, reEncrypt } from './use/data-keys.ts'
import { destroyDueKeys, type Destroyed } from './cluster/destroy-keys.ts'
import { createGrant, listGrants, listRetirableGrants } from './rights/grants.ts'
import { GrantFinder } from './rights/grant-finder.ts'
import { explainUse } from './keys/explain-use.ts'
import { createKeyJournal } from './keys/key-journal.ts'
import { listAliasesInParts, listKeysInParts } from './keys/list-parts.ts'
import { accountOf, locate } from './keys/key-lookup.ts'
import { shownKeyText } from './keys/key-names.ts'
import { KeyPolicies, type FindPrincipals } from './rights/key-policies.ts'
import { KeyReader, type FoundKey } from './keys/key-reader.ts'
import { keyArn } from './keys/key-record.ts'
import { currentVersion } from './keys/material-version.ts'
import { KeyRights, refuseStranger, type KeyPlace, type RightsOf } from './rights/key-rights.ts'
import type { KeyRooms } from './key-rooms.ts'
import type { KeyRequest, KeyService } from './key-service.ts'
import { dereferenceKey, referenceKey } from './keys/key-uses.ts'
import { managedKey } from './keys/managed-keys.ts'
import {
  cancelDeletion,
  createKey,
  dependents,
  describeKey,
  disableKey,
  enableKey,
  listKeys,
  scheduleDeletion,
  updateDescription,
} from './keys/manage-keys.ts'
import { getKeyPolicy, listKeyPolicies, putKeyPolicy } from './rights/put-key-policy.ts'
import { listKeyTags, tagKey, untagKey } from './keys/key-tags.ts'
import { retireGrant, revokeGrant } from './rights/end-grants.ts'
import { createKeyMaterials } from './material/material-operations.ts'
import { expireDueMaterial } from './material/import-material.ts'
import type { RootProvider } from './roots/root-provider.ts'
import { createKeyUses } from './use/use-operations.ts'
import { rotateDueKeys, rotateKey, setRotation } from './material/rotation.ts'
import { ServiceKeys } from './cluster/service-keys.ts'
import type { KeyStore } from './stores/key-store.ts'
import { createLocalKeyStore } from './stores/local.ts'

export interface KeyServiceOptions {
  readonly store: MetadataStore
  readonly records: RecordSealer
  readonly cluster: Cluster
  /** The region in the keys' ARNs. */
  readonly region: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Where each use of a key is written down. */
  readonly audit?: Pick<AuditLog, 'record' | 'change'>
  /** The directory: what callers' own policies say. Without one, nobody but the roots of accounts has any rights. */
  readonly rightsOf?: RightsOf
  /** Whom the principals of a key policy mean. Without it they are taken by their names. */
  readonly findPrincipals?: FindPrincipals
  /** Keys may be deleted although something depends on them: what they protect is given up with them. */
  readonly allowDeleteInUse?: boolean
  /** Keys are used for people only over requests that came by TLS (`COFFER_REQUIRE_TLS=kms`). */
  readonly requireTls?: boolean
  /** Where material lives; in metadata rows under the cluster key by default. */
  readonly keyStore?: KeyStore
  /** Days after which a service key gets a new version; 365 by default. */
  readonly servicePeriodDays?: number
}

/** The key service, and what jobs and metrics want of it. */
export interface KeyServer extends KeyService {
  /** Rotates keys whose time has come. `next`: where to go on. */
  rotateDueKeys(limit: number, start?: Uint8Array): Promise<{ readonly rotated: number; readonly next?: Uint8Array }>
  /** Destroys material whose waiting time is over. Needs the root. */
  destroyDueKeys(root: RootProvider, limit: number): Promise<Destroyed>
  /** Destroys what is left of imported material whose time is over, and of tokens that were not used. */
  expireDueMaterial(limit: number): Promise<{ readonly expired: number; readonly more: boolean }>
  /** A new version of the service key now. */
  rotateServiceKey(account: AccountId): Promise<{ readonly version: number }>
  /** Uses of keys in this process, by action and outcome: `kms:Decrypt done`. */
  useCounts(): ReadonlyMap<string, number>
}

export function createKeyService(options: KeyServiceOptions): KeyServer {
  const { store, records, cluster, region, now } = options
  const journal = createKeyJournal(now, options.audit)
  const reader = new KeyReader(store, records, now)
  const policies = new KeyPolicies(records, region)
  const grants = new GrantFinder(store, records)
  const { rightsOf, findPrincipals = takeByName, requireTls = false } = options
  const rooms: KeyRooms = {
    store,
    records,
    reader,
    keyStore: options.keyStore ?? createLocalKeyStore({ store, cluster }),
    rights: new KeyRights({ store, reader, policies, grants, region, now, rightsOf, requireTls }),
    policies,
    findPrincipals,
    allowDeleteInUse: options.allowDeleteInUse ?? false,
    journal,
    region,
    now,
  }
  const { servicePeriodDays } = options
  const period = servicePeriodDays === undefined ? {} : { periodDays: servicePeriodDays }
  const serviceKeys = new ServiceKeys({ store, records, cluster, journal, region, now, ...period })
  return {
    createKey: (request, wanted) => createKey(rooms, request, wanted),
    describeKey: (request, key) => describeKey(rooms, request, key),
    listKeys: (request) => listKeys(rooms, request),
    dependents: (request, key) => dependents(rooms, request, key),
    enableKey: (request, key) => enableKey(rooms, request, key),
    disableKey: (request, key) => disableKey(rooms, request, key),
    rotateKey: (request, key) => rotateKey(rooms, request, key),
    setRotation: async (request, key, periodDays) => setRotation(rooms, request, key, periodDays),
    scheduleDeletion: async (request, key, pendingDays, shred) =>
      scheduleDeletion(rooms, request, key, pendingDays, shred),
    cancelDeletion: (request, key) => cancelDeletion(rooms, request, key),
    setAlias: (request, alias, key, replace, mustExist) => setAlias(rooms, request, alias, key, replace, mustExist),
    removeAlias: (request, alias) => removeAlias(rooms, request, alias),
    listAliases: (request, key, byKey) => listAliases(rooms, request, key, byKey),
    listKeysInParts: (request, page) => listKeysInParts(rooms, request, page),
    listAliasesInParts: (request, key, page) => listAliasesInParts(rooms, request, key, page),
    uses: createKeyUses(rooms),
    materials: createKeyMaterials({ ...rooms, cluster }),
    generateDataKey: (request, wanted) => generateDataKey(rooms, request, wanted),
    decrypt: (request, wanted) => decrypt(rooms, request, wanted),
    encrypt: async (request, wanted) => encrypt(rooms, request, wanted),
    reEncrypt: (request, wanted) => reEncrypt(rooms, request, wanted),
    authorizeUse: (request, use, action, context) => authorizeUse(rooms, request, use, { action, context }),
    authorizeTask: (request, use) => demandTask(rooms, request, use),
    explainUse: (request, key, action, conditions) => explainUse(rooms, request, key, action, conditions),
    resolve: (request, key) => resolve(rooms, request, key),
    reference: (use, referrer) => referenceKey(rooms, use, referrer),
    dereference: dereferenceKey,
    updateDescription: async (request, key, description) => updateDescription(rooms, request, key, description),
    getKeyPolicy: (request, key, policyName) => getKeyPolicy(rooms, request, key, policyName),
    putKeyPolicy: (request, key, wanted) => putKeyPolicy(rooms, request, key, wanted),
    listKeyPolicies: (request, key, page) => listKeyPolicies(rooms, request, key, page),
    createGrant: (request, key, wanted) => createGrant(rooms, request, key, wanted),
    listGrants: (request, key, filter, page) => listGrants(rooms, request, key, filter, page),
    listRetirableGrants: (request, retiring, page) => listRetirableGrants(rooms, request, retiring, page),
    revokeGrant: (request, key, grantId) => revokeGrant(rooms, request, key, grantId),
    retireGrant: (request, named) => retireGrant(rooms, request, named),
    tagKey: (request, key, tags) => tagKey(rooms, request, key, tags),
    untagKey: (request, key, tagKeys) => untagKey(rooms, request, key, tagKeys),
    listKeyTags: (request, key, page) => listKeyTags(rooms, request, key, page),
    serviceKey: (account, version) => serviceKeys.get(account, version),
    rotateDueKeys: (limit, start) => rotateDueKeys(rooms, limit, start),
    destroyDueKeys: (root, limit) => destroyDueKeys({ ...rooms, cluster, root }, limit),
    expireDueMaterial: (limit) => expireDueMaterial({ ...rooms, cluster }, limit),
    rotateServiceKey: (account) => serviceKeys.rotate(account),
    useCounts: () => journal.counts(),
  }
}

/** Which key a text means; each use of it asks for the right to that use. */
function resolve(rooms: KeyRooms, request: KeyRequest, key: string | undefined): ReturnType<KeyService['resolve']> {
  const action = 'kms:DescribeKey'
  const found =
    key === undefined
      ? managedKey(rooms, accountOf(request.caller, action), request)
      : after(locate(rooms, request, key, action), (place) => findLiving(rooms, request, place, key))
  return after(found, ({ record }) => ({
    ...{ keyUid: record.uid, version: currentVersion(record), arn: keyArn(record) },
    managed: record.manager === 'coffer',
  }))
}

function findLiving(rooms: KeyRooms, { caller }: KeyRequest, place: KeyPlace, key: string): Awaitable<FoundKey> {
  return after(rooms.reader.byUid(place.uid), (found) => {
    if (found !== undefined && found.record.state !== 'destroyed') return found
    const own = caller.kind !== 'anonymous' && caller.account === place.account
    return own ? refuse({ kind: 'key-not-found', key: shownKeyText(key) }) : refuseStranger('kms:DescribeKey')
  })
}

const takeByName: FindPrincipals = () => ({})
