/** What can be wrong with a wish for encryption, in OSS's words, each with the number by which OSS tells it apart. */
import { refuse } from '../../operations/index.ts'
import { KEY_ID, SSE, SSE_CONTEXT } from './encryption-names.ts'

interface Fault {
  readonly argument: string
  readonly detail: string
  /** Advisory: `x-oss-ec` and `EC`. */
  readonly ec: string
}

const FAULTS = {
  headerHere: {
    argument: SSE,
    detail: `The header ${SSE} is not supported by this operation.`,
    ec: '0005-00000002',
  },
  wrongDataCipher: {
    argument: 'KMSDataEncryption',
    detail: 'KMSDataEncryption is not valid. Supported value: SM4.',
    ec: '0005-00000203',
  },
  keyWithoutKms: {
    argument: KEY_ID,
    detail: 'A KMS master key ID is only used with KMS.',
    ec: '0005-00000204',
  },
  emptyKey: { argument: KEY_ID, detail: 'The KMS master key ID is empty.', ec: '0005-00000205' },
  longKey: { argument: KEY_ID, detail: 'The KMS master key ID is too long.', ec: '0005-00000208' },
  contextWithoutKey: {
    argument: SSE_CONTEXT,
    detail: 'An encryption context needs a KMS master key ID.',
    ec: '0005-00000228',
  },
  wrongContext: {
    argument: SSE_CONTEXT,
    detail: 'The encryption context is not a JSON object of strings.',
    ec: '0005-00000230',
  },
} as const satisfies Readonly<Record<string, Fault>>

export type EncryptionFault = keyof typeof FAULTS

export function refuseEncryption(fault: EncryptionFault, value?: string): never {
  const { argument, detail } = FAULTS[fault]
  return refuse({
    kind: 'invalid-argument',
    argument,
    detail,
    ...(value === undefined ? {} : { value: value.slice(0, 256) }),
  })
}

const EC_OF: ReadonlyMap<string, string> = new Map(Object.values(FAULTS).map(({ detail, ec }) => [detail, ec]))

/** The number of a refusal of ours, by its words. */
export function ecOfDetail(detail: string): string | undefined {
  return EC_OF.get(detail)
}
