import { validationOf } from './policy-language.ts'
import { badArgument } from './target.ts'
import type { Decoders } from './decoder.ts'

const MAX_CONTEXT_ENTRIES = 64

export const POLICY_DECODERS: Decoders<'explain-policy' | 'validate-policy'> = {
  'validate-policy': () => ({ target: {}, build: (body) => validationOf(body, 's3') }),
  'explain-policy': () => ({
    target: {},
    build: (body) => {
      const entries = body.optionalObjects('context', MAX_CONTEXT_ENTRIES) ?? []
      const context: Record<string, string[]> = Object.create(null) as Record<string, string[]>
      for (const entry of entries) {
        const [key, value] = [entry.text('key'), entry.text('value')]
        if (!/^[a-z0-9-]+:[\x21-\x7e]+$/i.test(key)) badArgument('context.key', 'is no condition key')
        context[key] = [...(context[key] ?? []), value]
        entry.end()
      }
      return {
        ...{ kind: 'explain-policy', principal: body.text('principal'), action: actionOf(body.text('action')) },
        ...{ resource: body.text('resource'), context: { ...context } },
      }
    },
  }),
}

function actionOf(text: string): string {
  return /^[a-z0-9-]+:[A-Za-z0-9]+$/.test(text) ? text : badArgument('action', 'must be one such as s3:PutObject')
}
