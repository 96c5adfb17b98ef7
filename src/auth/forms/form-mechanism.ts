import { refuse } from '../../operations/index.ts'
import type { FormFields, FormMechanism } from './form-rules.ts'

/** Fields that say who asks, by the scheme that has them. */
const MECHANISM_OF: ReadonlyMap<string, FormMechanism> = new Map<string, FormMechanism>([
  ...['x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature'].map((name) => [name, 'sigv4'] as const),
  ['awsaccesskeyid', 'sigv2'],
  ['ossaccesskeyid', 'oss-v1'],
  ...['x-oss-signature-version', 'x-oss-credential', 'x-oss-date', 'x-oss-signature'].map(
    (name) => [name, 'oss-v4'] as const,
  ),
  ['accesskeyid', 'obs'],
  ...['q-sign-algorithm', 'q-ak', 'q-key-time', 'q-signature'].map((name) => [name, 'cos'] as const),
])
const SIGNATURE = 'signature'
/** Schemes that call their signature so. */
const OF_SIGNATURE: ReadonlySet<FormMechanism> = new Set<FormMechanism>(['sigv2', 'oss-v1', 'obs'])
const OWN: ReadonlyMap<string, ReadonlySet<FormMechanism>> = new Map<string, ReadonlySet<FormMechanism>>([
  ['s3', new Set<FormMechanism>(['sigv4', 'sigv2'])],
  ['oss', new Set<FormMechanism>(['oss-v1', 'oss-v4'])],
  ['obs', new Set<FormMechanism>(['obs'])],
  ['cos', new Set<FormMechanism>(['cos'])],
])
/** OBS's three fields in one. Elsewhere a field of this name says nothing. */
export const OBS_TOKEN = 'token'

/**
 * The one scheme of a form; undefined: nobody signed it. Fields of two schemes: `several-authorizations`, and neither is
 * tried (T-037). Of another vendor's: `unsupported-signature`.
 */
export function formMechanism(fields: FormFields, service: string): FormMechanism | undefined {
  const found = new Set<FormMechanism>()
  for (const name of fields.keys()) {
    const mechanism = MECHANISM_OF.get(name)
    if (mechanism !== undefined) found.add(mechanism)
  }
  if (service === 'obs' && fields.has(OBS_TOKEN)) found.add('obs')
  if (fields.has(SIGNATURE) && ![...found].some((one) => OF_SIGNATURE.has(one))) found.add(bareSignature(service))
  if (found.size > 1) return refuse({ kind: 'several-authorizations' })
  const [mechanism] = found
  if (mechanism !== undefined && OWN.get(service)?.has(mechanism) !== true) {
    refuse({ kind: 'unsupported-signature', detail: 'The form is signed as another service has it.' })
  }
  return mechanism
}

/** A signature without the name of a key: its own vendor then says what is missing. */
function bareSignature(service: string): FormMechanism {
  if (service === 'oss') return 'oss-v1'
  return service === 'obs' ? 'obs' : 'sigv2'
}

/** A field of the signature, which has to be there. */
export function signatureField(fields: FormFields, name: string): string {
  const value = fields.get(name.toLowerCase())
  if (value !== undefined && value !== '') return value
  const detail = `The form must contain a field named '${name}'. If it is specified, please check the order of the fields.`
  return refuse({ kind: 'invalid-argument', argument: name, detail })
}
