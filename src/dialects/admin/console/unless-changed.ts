import type { RequestView } from '../../../http/index.ts'
import type { Answer } from '../../../operations/index.ts'
import type { Decoded, DecodedByBody, ExpectedState } from '../../dialect.ts'
import { badArgument } from '../target.ts'
import { revisedJson } from './setting-json.ts'

/** `If-Match: "<revision>"`, `If-Match: *`, `If-None-Match: *` of a change (RFC 9110, 13.1); `before` shows what they are about. */
export function unlessChanged<Form extends Decoded | DecodedByBody>(
  { headers }: Pick<RequestView, 'headers'>,
  before: Decoded,
  change: Form,
): Form {
  const wanted = wantedOf(headers.get('if-match'), headers.get('if-none-match'))
  if (wanted === undefined) return change
  const { target } = before
  const operation = before.build(new Uint8Array(0))
  if (operation instanceof Promise) throw new Error('what shows a setting is known from the head')
  const expects: ExpectedState = {
    ...{ wanted, target, operation },
    show: (answer: Answer) => {
      const { revision, body } = revisedJson(answer)
      return { revision, shown: { ...body, revision } }
    },
  }
  return { ...change, expects }
}

function wantedOf(match: string | undefined, noneMatch: string | undefined): ExpectedState['wanted'] | undefined {
  if (match !== undefined && noneMatch !== undefined) badArgument('if-none-match', 'does not go with if-match')
  if (noneMatch !== undefined) {
    return noneMatch === '*' ? { kind: 'nothing' } : badArgument('if-none-match', 'can only be *')
  }
  if (match === undefined) return undefined
  if (match === '*') return { kind: 'something' }
  const [, revision] = /^"([A-Za-z0-9_-]{1,64})"$/.exec(match) ?? []
  return revision === undefined ? badArgument('if-match', 'is no revision in quotes') : { kind: 'revision', revision }
}
