import type { KeyRightsOperation } from '../operations/index.ts'
import { notBuiltVerb } from './not-built.ts'
import type { Verbs } from './verb.ts'

export const KEY_RIGHTS_VERBS: Verbs<KeyRightsOperation['kind']> = {
  'get-key-policy': notBuiltVerb('get-key-policy'),
  'put-key-policy': notBuiltVerb('put-key-policy'),
  'list-key-policies': notBuiltVerb('list-key-policies'),
  'create-grant': notBuiltVerb('create-grant'),
  'list-grants': notBuiltVerb('list-grants'),
  'list-retirable-grants': notBuiltVerb('list-retirable-grants'),
  'revoke-grant': notBuiltVerb('revoke-grant'),
  'retire-grant': notBuiltVerb('retire-grant'),
  'tag-key': notBuiltVerb('tag-key'),
  'untag-key': notBuiltVerb('untag-key'),
  'list-key-tags': notBuiltVerb('list-key-tags'),
}
