import type { KeyUseOperation } from '../operations/index.ts'
import { notBuiltVerb } from './not-built.ts'
import type { Verbs } from './verb.ts'

export const KEY_USE_VERBS: Verbs<KeyUseOperation['kind']> = {
  encrypt: notBuiltVerb('encrypt'),
  decrypt: notBuiltVerb('decrypt'),
  're-encrypt': notBuiltVerb('re-encrypt'),
  'generate-data-key': notBuiltVerb('generate-data-key'),
  'generate-data-key-without-plaintext': notBuiltVerb('generate-data-key-without-plaintext'),
  'generate-data-key-pair': notBuiltVerb('generate-data-key-pair'),
  'generate-data-key-pair-without-plaintext': notBuiltVerb('generate-data-key-pair-without-plaintext'),
  'generate-random': notBuiltVerb('generate-random'),
  'generate-mac': notBuiltVerb('generate-mac'),
  'verify-mac': notBuiltVerb('verify-mac'),
  'get-public-key': notBuiltVerb('get-public-key'),
  sign: notBuiltVerb('sign'),
  verify: notBuiltVerb('verify'),
}
