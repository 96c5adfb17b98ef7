/** One right that was missing. */
export interface MissingRight {
  readonly action: string
  readonly resource: string
}

/** What the server refused, or that it could not be reached (`status` 0). */
export class ApiFailure extends Error {
  readonly status: number
  readonly code: string
  readonly requestId: string
  readonly missing: readonly MissingRight[]
  readonly state: string | undefined
  /** Everything else that the answer said, such as counts of what depends on a key. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    const text = (name: string): string | undefined => {
      const value = body[name]
      return typeof value === 'string' ? value : undefined
    }
    super(text('message') ?? 'The server did not answer')
    this.status = status
    this.code = text('vendorCode') ?? text('code') ?? (status === 0 ? 'NotReachable' : `HTTP ${String(status)}`)
    this.requestId = text('requestId') ?? ''
    this.state = text('state')
    this.missing = Array.isArray(body['missing']) ? body['missing'].filter(isMissing) : []
    this.details = body
  }

  number(name: string): number | undefined {
    const value = this.details[name]
    return typeof value === 'number' ? value : undefined
  }

  get forbidden(): boolean {
    return this.status === 403
  }
}

function isMissing(value: unknown): value is MissingRight {
  return (
    typeof value === 'object' &&
    value !== null &&
    'action' in value &&
    typeof value.action === 'string' &&
    'resource' in value &&
    typeof value.resource === 'string'
  )
}

/** Whatever was thrown, as something that can be shown. */
export function asFailure(thrown: unknown): ApiFailure {
  if (thrown instanceof ApiFailure) return thrown
  return new ApiFailure(0, thrown instanceof Error ? { message: thrown.message } : {})
}
