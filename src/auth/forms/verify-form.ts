import { decodePercent, headersOfLists, type HttpRequest, type RequestView } from '../../http/index.ts'
import { refuse, type Awaitable } from '../../operations/index.ts'
import type { Verification } from '../authenticate.ts'
import { refuseUncovered, type Coverage } from '../covered.ts'
import { MAX_SESSION_TOKEN_CHARS } from '../session-token.ts'
import { shownBy, type Anonymous, type Verified } from '../verified.ts'
import { COS_FORM } from './cos-form.ts'
import { coveredFields } from './form-conditions.ts'
import { createFormFile } from './form-file.ts'
import { FORM_LIMITS } from './form-limits.ts'
import { formMechanism } from './form-mechanism.ts'
import { parseFormPolicy } from './form-policy.ts'
import type { FormClaim, FormFields, FormRules } from './form-rules.ts'
import { checkExpiration } from './form-times.ts'
import { OBS_FORM } from './obs-form.ts'
import type { OpenedForm } from './open-form.ts'
import { OSS_FORM } from './oss-form.ts'
import { S3_FORM } from './s3-form.ts'

const RULES: ReadonlyMap<string, FormRules> = new Map([
  ['s3', S3_FORM],
  ['oss', OSS_FORM],
  ['obs', OBS_FORM],
  ['cos', COS_FORM],
])

/** Nothing signs the head of a form's request: a vendor's header there asks for what nobody allowed. */
const NOTHING: Coverage = { header: () => false, parameter: () => 'hidden' }

/**
 * Who uploads by form. The policy is held against the fields, then its signature against the credential; without a policy
 * nobody asks. No byte of the file is read, and nothing reaches a decoder but what the policy covers.
 */
export function verifyForm(
  verification: Verification,
  request: HttpRequest,
  form: OpenedForm,
  service: string,
): Awaitable<Verified | Anonymous> {
  const rules = RULES.get(service)
  if (rules === undefined) return refuse({ kind: 'unsupported-signature', detail: 'this service takes no forms' })
  refuseUncovered(request.headers, [], NOTHING)
  const fields = preparedFields(form, rules)
  const bucket = addressedBucket(verification, request, service)
  // A field of this name is compared, and says nothing more (T-066).
  if ((fields.get('bucket') ?? bucket) !== bucket)
    refuse({ kind: 'form-policy', detail: 'The form is for another bucket.' })
  const mechanism = formMechanism(fields, service)
  if (mechanism === undefined) return fromNobody(request, form, fields, rules)
  return fromSomebody(verification, request, form, {
    rules,
    fields,
    bucket,
    claim: rules.claim(fields, mechanism, verification),
  })
}

function fromNobody(request: HttpRequest, form: OpenedForm, fields: FormFields, rules: FormRules): Anonymous {
  for (const name of ['policy', rules.token]) {
    if (fields.has(name)) refuse({ kind: 'malformed-authorization', detail: `The field ${name} needs a signature.` })
  }
  const counted = new Map([...fields].filter(([name]) => !name.startsWith('x-ignore-')))
  const body = createFormFile(form.reader, { minBytes: 0, maxBytes: FORM_LIMITS.maxFileBytes })
  return { kind: 'anonymous', covered: viewOf(request, counted, rules), body }
}

interface Signed {
  readonly rules: FormRules
  readonly fields: FormFields
  readonly bucket: string
  readonly claim: FormClaim
}

async function fromSomebody(
  { check, now }: Verification,
  request: HttpRequest,
  form: OpenedForm,
  { rules, fields, bucket, claim }: Signed,
): Promise<Verified> {
  const token = tokenOf(fields, rules)
  const policy = parseFormPolicy(claim.policy)
  checkExpiration(policy.expiresMs, now(), claim.maxSeconds)
  for (const name of claim.required) {
    if (policy.conditions.some(({ field }) => field === name)) continue
    refuse({ kind: 'form-policy', detail: `Invalid according to Policy: The policy has no condition for ${name}.` })
  }
  const facts = { fields, bucket, ...(rules.aliases === undefined ? {} : { aliases: rules.aliases }) }
  const counted = coveredFields(facts, policy, rules.uncovered)
  const credential = await claim.prove(check, { accessKeyId: claim.accessKeyId, token }, policy)
  return {
    kind: 'verified',
    ...shownBy(credential),
    scheme: claim.scheme,
    covered: viewOf(request, counted, rules),
    body: createFormFile(form.reader, policy.length),
  }
}

const FILENAME = '${filename}'

/** The fields as they count: with the file's name where it is asked for, before anything is compared (T-068). */
function preparedFields({ fields, file }: OpenedForm, rules: FormRules): FormFields {
  const filename = (file.filename ?? '').replace(/^.*[/\\]/s, '')
  const prepared = new Map<string, string>()
  for (const [name, value] of fields) {
    if (rules.emptyIsAbsent === true && value === '') continue
    const fills = name === 'key' || (rules.filled === 'every' && !rules.ofSignature.has(name))
    prepared.set(name, fills ? value.replaceAll(FILENAME, () => filename) : value)
  }
  const type = rules.fileType === true ? (fields.get('x-oss-content-type') ?? file.contentType) : undefined
  if (type !== undefined) prepared.set('content-type', type)
  return prepared
}

/** The bucket as its decoder will read it: of the host, else the first segment of the path. */
function addressedBucket({ hostBucket }: Verification, { host, rawPath }: HttpRequest, service: string): string {
  const ofHost = hostBucket(service, host)
  if (ofHost !== undefined) return ofHost
  const [, segment = ''] = rawPath.split('/', 2)
  return decodePercent(segment) ?? refuse({ kind: 'invalid-uri', detail: 'the path cannot be decoded' })
}

function tokenOf(fields: FormFields, rules: FormRules): string | undefined {
  const token = fields.get(rules.token)
  if (token !== undefined && (token.length > MAX_SESSION_TOKEN_CHARS || !/^[\x21-\x7e]+$/.test(token))) {
    refuse({ kind: 'invalid-token' })
  }
  return token
}

function viewOf(request: HttpRequest, counted: FormFields, rules: FormRules): RequestView {
  const { requestId, method, rawPath, host, secure, arrivedMs } = request
  const fields = new Map([...counted].filter(([name]) => !rules.ofSignature.has(name)))
  return {
    requestId,
    method,
    rawPath,
    query: [],
    host,
    headers: headersOfLists([], []),
    secure,
    arrivedMs,
    form: { fields },
  }
}
