import type { AuditLedger, AuditLog } from '../audit/index.ts'
import type { Anonymous, OpenedForm, Verified } from '../auth/index.ts'
import type { DialectTranslator } from '../dialects/index.ts'
import type { HttpRequest } from '../http/index.ts'
import type { Directory } from '../iam/index.ts'
import type { KeyService } from '../kms/index.ts'
import type { ObjectRooms, Permit } from '../objects/index.ts'
import type { AccountId, Awaitable, Operation, Results, SecretLike } from '../operations/index.ts'
import type { Recognition } from './recognise.ts'
import type { ServiceEndpoints } from './service-endpoints.ts'
import type { SiteOf } from './website-hosts.ts'

/** What is asked of the server as a whole; handed in by the composition. */
export interface ServerOperations {
  status(): Promise<Results['server-status']>
  verify(permit: Permit, bucket: string | undefined): Promise<Results['verify-store']>
}

/** Which requests must come by TLS. */
export type RequireTls = 'off' | 'kms' | 'all'

/** Who translates for which part of the server. */
export interface Dialects {
  readonly s3: DialectTranslator
  readonly oss: DialectTranslator
  readonly obs: DialectTranslator
  readonly cos: DialectTranslator
  readonly admin: DialectTranslator
  readonly kms: DialectTranslator
  readonly 'alibaba-kms': DialectTranslator
  readonly 'huawei-kms': DialectTranslator
  readonly 'tencent-kms': DialectTranslator
  readonly iam: DialectTranslator
  readonly sts: DialectTranslator
}

/** What the path needs, handed in by the composition. */
export interface GatewayRooms {
  /** `service`: what the request has to be signed for. */
  readonly authenticate: (request: HttpRequest, service: string) => Promise<Verified | Anonymous>
  /** The same for an upload by form that was opened up to its file. */
  readonly authenticateForm: (request: HttpRequest, form: OpenedForm, service: string) => Promise<Verified | Anonymous>
  readonly dialects: Dialects
  readonly recognition: Recognition
  /** Which hosts are websites of buckets; asked before anything else. */
  readonly siteOf: SiteOf
  readonly objects: ObjectRooms
  readonly keys: KeyService
  readonly people: Directory
  /** The deployment's first account: the server itself is its, and its people are the operators. */
  readonly home: AccountId
  readonly audit: AuditLog
  readonly ledger: AuditLedger
  readonly server: ServerOperations
  readonly endpoints: ServiceEndpoints
  readonly requireTls: RequireTls
  /** Which reads and writes of objects are recorded one by one: those under KMS keys, all, none. */
  readonly auditData: 'kms' | 'all' | 'off'
  readonly region: string
  /** The account that the deployment was made with. */
  readonly account: string
  readonly now: () => number
  /** The last word before an operation that is allowed is carried out; the console asks for the secret again here. */
  readonly admit?: (request: HttpRequest, operation: Operation) => void
  /** What signed links need: where the API is for clients, and the secret of a lasting access key. */
  readonly sharing: {
    readonly endpointFor: (hostName: string) => string
    readonly secretOf: (accessKeyId: string) => Awaitable<SecretLike | undefined>
  }
  /** Told of every answered request: for logs and metrics. Holds no secret and no key name. */
  readonly observe: (observation: Observation) => void
}

/** One answered request, for logs and metrics: an allow-list. */
export interface Observation {
  readonly requestId: string
  readonly operation: string
  readonly status: number
  readonly failure: string | undefined
  readonly milliseconds: number
  /** A defect, with its stack; never an expected refusal. */
  readonly defect: Error | undefined
}
