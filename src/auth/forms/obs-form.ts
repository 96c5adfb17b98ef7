/** Forms of Huawei OBS: three fields, or one that holds them (OBS API reference, "POST upload"). */
import { refuse } from '../../operations/index.ts'
import type { Verification } from '../authenticate.ts'
import { OBS_TOKEN, signatureField } from './form-mechanism.ts'
import type { FormClaim, FormFields, FormRules } from './form-rules.ts'

const TOKEN = 'x-obs-security-token'
const UNCOVERED: ReadonlySet<string> = new Set(['policy', 'signature', 'accesskeyid', OBS_TOKEN])

export const OBS_FORM: FormRules = {
  claim,
  ofSignature: new Set([...UNCOVERED, TOKEN]),
  token: TOKEN,
  uncovered: (name) => (UNCOVERED.has(name) ? 'hidden' : 'refused'),
  filled: 'key',
}

function claim(fields: FormFields, _mechanism: unknown, { limits }: Verification): FormClaim {
  const { accessKeyId, signature, policy } = threeOf(fields)
  return {
    ...{ scheme: 'obs-post', accessKeyId, policy, required: [], maxSeconds: limits.maxSigV2UrlSeconds },
    prove: (check, claimed) => check.sigV2(claimed, 'obs-post', signature, [policy]),
  }
}

interface Three {
  readonly accessKeyId: string
  readonly signature: string
  readonly policy: string
}

/** `token` is `<key id>:<signature>:<policy>` and comes before the three; where they say something else, nobody knows who asks. */
function threeOf(fields: FormFields): Three {
  const token = fields.get(OBS_TOKEN)
  if (token === undefined) {
    return {
      accessKeyId: signatureField(fields, 'AccessKeyId'),
      signature: signatureField(fields, 'signature'),
      policy: signatureField(fields, 'policy'),
    }
  }
  const [accessKeyId, signature, policy, ...more] = token.split(':')
  if (accessKeyId === undefined || signature === undefined || policy === undefined || more.length > 0) {
    return refuse({ kind: 'malformed-authorization', detail: 'token has to be <key id>:<signature>:<policy>' })
  }
  const differs = (name: string, value: string): boolean => (fields.get(name) ?? value) !== value
  if (differs('accesskeyid', accessKeyId) || differs('signature', signature) || differs('policy', policy)) {
    refuse({ kind: 'several-authorizations' })
  }
  return { accessKeyId, signature, policy }
}
