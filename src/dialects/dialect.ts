import type { HttpRequest, HttpResponse, RequestView } from '../http/index.ts'
import type {
  AccountId,
  Answer,
  BodyExpectation,
  BucketName,
  Dialect,
  Failure,
  Operation,
  OperationKind,
  Target,
} from '../operations/index.ts'

/** A document that an operation needs whole: at most `maxBytes`, verified against what was promised and `expect`. */
export interface WantedDocument {
  readonly maxBytes: number
  readonly expect: BodyExpectation
  readonly required: boolean
}

/**
 * A change that is made only where the present state is the one that was seen. The gateway reads that with the rights of
 * the caller, and again whenever the commit finds that something changed.
 */
export interface ExpectedState {
  readonly wanted:
    | { readonly kind: 'revision'; readonly revision: string }
    | { readonly kind: 'something' }
    | { readonly kind: 'nothing' }
  /** What shows the present state. */
  readonly target: Target
  readonly operation: Operation
  readonly show: (answer: Answer) => { readonly revision: string; readonly shown: object }
}

/**
 * The head does not say what is asked for; the body does (KMS, IAM, STS). The gateway reads it of signed callers only,
 * and authorizes what it says.
 */
export interface DecodedByBody {
  readonly document: WantedDocument
  readonly expects?: ExpectedState
  /** False: the dialect's own signatures, and no others, were verified. Nobody who did not sign gets here at all. */
  readonly requiresSigV4: boolean
  understand(document: Uint8Array): { readonly target: Target; readonly operation: Operation }
}

/** A request of this dialect, understood from its head: as far as it can be without its body. */
export interface Decoded {
  /** Enough to authorize, before the body is read. */
  readonly target: Target
  /**
   * Present: the operation needs its body as a document (XML, JSON) of at most `maxBytes`; the gateway reads it,
   * verifying what was promised and `expect` (read after authorization; it may refuse), and hands it to `build`. Absent: `build` takes nothing, and a body, if the
   * operation has one, is streamed to the engine.
   */
  readonly document?: WantedDocument
  readonly expects?: ExpectedState
  /** Anonymous or SigV2 callers are refused for operations that demand SigV4. */
  readonly requiresSigV4: boolean
  /** A promise for long documents only: they are read with turns of the event loop between. */
  build(document: Uint8Array): Operation | Promise<Operation>
  /** How this one request wants its answer, where that is not its operation's usual form (uploads by form). */
  readonly encode?: (answer: Answer, context: AnswerContext) => HttpResponse
}

/** What an encoder may know of the request it answers. */
export interface AnswerContext {
  readonly requestId: string
  readonly method: string
  /** The resource for error documents: the raw path. */
  readonly resource: string
  /** What was asked for, as far as it is known. */
  readonly operation?: OperationKind
  /** `Host` as it was sent: COS's error documents begin the resource with it. */
  readonly host?: string
  readonly bucket?: string
  readonly key?: string
  /** Whose resource is shown: the bucket's owner; for what has no bucket, the caller's account. Absent: owners are left out. */
  readonly account?: AccountId
  /** The requester pays for it: another one than the bucket's owner, who said so. */
  readonly charged?: true
  /** Who asks, as policies name them: a refusal tells callers their own ARN, and nobody else's. Absent: nobody is known. */
  readonly caller?: string
}

/** A wire dialect: a translator. Pure; touches no key, no disk, no policy. */
export interface DialectTranslator<Form extends Decoded | DecodedByBody = Decoded | DecodedByBody> {
  readonly name: Dialect
  /**
   * The bucket of an address, as it stands there: preflight requests, which nobody signs, are answered by its CORS rules.
   * Absent: this dialect has no preflight.
   */
  readonly bucketAt?: (request: Pick<HttpRequest, 'host' | 'rawPath'>) => BucketName | undefined
  /** Throws `StoreFailure` for what it cannot understand. */
  decode(covered: RequestView): Form
  encode(answer: Answer, context: AnswerContext): HttpResponse
  encodeFailure(failure: Failure, context: AnswerContext): HttpResponse
  /** Of storage dialects, whose buckets are websites too: a failure in the vendor's words, without a form. */
  readonly describeFailure?: (failure: Failure) => {
    readonly status: number
    readonly code: string
    readonly message: string
  }
  /** Where a dialect has several spellings: the same translator in the one that this request is written in. */
  facing?(request: HttpRequest): DialectTranslator<Form>
}
