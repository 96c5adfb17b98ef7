import type { PolicyUse, Statement } from '../document.ts'
import { globOf, matchesGlob } from '../glob.ts'
import type { PolicyScope } from '../parse.ts'
import { malformed } from '../policy-problem.ts'
import { piecesOf } from '../template.ts'

/** Whose actions a policy may speak of, where it hangs on one thing. `coffer:` are the server's own. */
const SERVICES: Readonly<Partial<Record<PolicyUse, readonly string[]>>> = {
  bucket: ['s3', 's3express', 'coffer'],
  key: ['kms', 'coffer'],
  trust: ['sts'],
}

/** A policy of a bucket, a key or a role is about that, and nothing else: a statement that is not is a mistake. */
export function requireAwsScope(use: PolicyUse, statements: readonly Statement[], scope: PolicyScope): void {
  const services = SERVICES[use]
  if (services === undefined) return
  for (const { actions, resources, index } of statements) {
    const foreign = actions.patterns.find((pattern) => !isOf(services, pattern))
    if (foreign !== undefined) malformed(`statement ${index}: ${foreign} is no action of such a policy`)
    if (use === 'bucket' && scope.bucket !== undefined) {
      const elsewhere = resources?.patterns.find((pattern) => !isInBucket(pattern, scope.bucket ?? ''))
      if (elsewhere !== undefined) malformed(`statement ${index}: ${elsewhere} is not of this bucket`)
    }
  }
}

function isOf(services: readonly string[], pattern: string): boolean {
  if (pattern.startsWith('*')) return true
  const [service = ''] = pattern.toLowerCase().split(':', 1)
  return services.includes(service)
}

/** The bucket itself or what is in it, by wildcards too: such a pattern means no more here than this bucket. */
function isInBucket(pattern: string, bucket: string): boolean {
  if (pattern === '*') return true
  const [, , service, , , ...rest] = pattern.split(':')
  const path = rest.join(':').split('/')
  // A directory bucket's ARN has the word `bucket` before the name.
  const name = service === 's3express' ? (path[0] === 'bucket' ? path[1] : undefined) : path[0]
  const glob = globOf(piecesOf(name ?? '', { variables: false, wildcards: true }) ?? [])
  return (service === 's3' || service === 's3express') && matchesGlob(glob, bucket)
}
