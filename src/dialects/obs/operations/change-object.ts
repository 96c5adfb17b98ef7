/** ?append, ?truncate, ?modify, ?rename and ?restore of an object. */
import { parseDecimal } from '../../../http/index.ts'
import { refuse, type ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { aclWish } from '../acl.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { atMostOne, expectOnly, readXml, requireOne, settingOf } from '../../xml.ts'
import { objectKeyOf } from '../address.ts'
import { etagHeader, respond } from '../answers.ts'
import { bodyExpectation, wantedDocument } from '../documents.ts'
import {
  customerKeyMark,
  customerKeyOfChange,
  encryptionRequest,
  refuseEncryptionHeaders,
} from '../encryption-headers.ts'
import { objectProperties, refuseUndoneWishes } from '../headers.ts'
import { decoded, refuseUndone, versioned, type Encoder, type ObsRequest } from '../obs-request.ts'
import { REQUEST_NAMESPACE } from '../options.ts'
import { refuseTooLong, storedHeaders } from './put-object.ts'

const MAX_OBJECT_BYTES = 48.8 * 1024 ** 4
/** OBS API reference, "Restoring archived objects". */
const MAX_RESTORE_DAYS = 30

function sizeIn(request: ObsRequest, name: 'position' | 'length'): number {
  const text = request.query.get(name)?.value
  const size = text === undefined ? undefined : parseDecimal(text, { min: 0, max: Math.floor(MAX_OBJECT_BYTES) })
  return size ?? refuseArgument(name, text, `${name} is a number of bytes`)
}

/** The encryption of an appendable object is that of its first append; what later ones say is not looked at. */
export function decodeAppendObject(request: ObsRequest, at: ObjectTarget): Decoded {
  const kind = 'append-object'
  return decoded(request, { kind, ...at, ...customerKeyMark(request) }, () => {
    refuseUndoneWishes(request.headers)
    refuseTooLong(request)
    refuseProperties(request)
    return {
      ...{ kind, ...at, position: sizeIn(request, 'position') },
      encryption: encryptionRequest(request),
      properties: objectProperties(request),
      ...aclWish(request.headers),
      expect: bodyExpectation(request.headers),
    }
  })
}

export const encodeAppendObject: Encoder<'append-object'> = ({ result }, context) =>
  respond(context, 200, [
    etagHeader(result.etag),
    ['x-obs-next-append-position', String(result.size)],
    ...storedHeaders(result),
  ])

export function decodeTruncateObject(request: ObsRequest, at: ObjectTarget): Decoded {
  const kind = 'truncate-object'
  return decoded(request, { kind, ...at, ...customerKeyMark(request) }, () => ({
    ...{ kind, ...at, length: sizeIn(request, 'length') },
    ...customerKeyOfChange(request),
  }))
}

export const encodeTruncateObject: Encoder<'truncate-object'> = (_answer, context) => respond(context, 204)

export function decodeModifyObject(request: ObsRequest, at: ObjectTarget): Decoded {
  const kind = 'modify-object'
  return decoded(request, { kind, ...at, ...customerKeyMark(request) }, () => {
    refuseTooLong(request)
    refuseProperties(request)
    return {
      ...{ kind, ...at, position: sizeIn(request, 'position'), expect: bodyExpectation(request.headers) },
      ...customerKeyOfChange(request),
    }
  })
}

/** What an object was given when it was made is not changed by changing its bytes: refused, not ignored. */
function refuseProperties({ headers }: ObsRequest): void {
  refuseUndoneWishes(headers)
  for (const name of headers.names) {
    if (PROPERTIES.test(name)) refuseUndone(`The header ${name} on a change of bytes`, name)
  }
}

const PROPERTIES = /^x-obs-(?:acl$|grant-|storage-class$|tagging$|website-redirect-location$|meta-)/

export const encodeModifyObject: Encoder<'modify-object'> = ({ result }, context) =>
  respond(context, 200, [etagHeader(result.etag), ...storedHeaders(result)])

/**
 * `POST /<old name>?name=/<new name>&rename`: the operation is about the new name. What has that already stays. A name that ends in
 * a slash is a directory, which is not renamed.
 */
export function decodeRenameObject(request: ObsRequest, { bucket, key: from }: ObjectTarget): Decoded {
  const kind = 'rename-object'
  const text = request.query.get('name')?.value ?? ''
  if (text === '') refuseArgument('name', text, 'A new name is needed.')
  const key = objectKeyOf(text.startsWith('/') ? text.slice(1) : text)
  return decoded(request, { kind, bucket, key, source: { bucket, key: from } }, () => {
    refuseEncryptionHeaders(request)
    if ([from, key].some((name) => name.endsWith('/'))) {
      refuse({ kind: 'not-implemented', detail: 'Directories are not renamed.' })
    }
    return { kind, bucket, key, from, sourceConditions: {}, targetConditions: {}, keepsTarget: true }
  })
}

export const encodeRenameObject: Encoder<'rename-object'> = (_answer, context) => respond(context, 204)

export function decodeRestoreObject(request: ObsRequest, at: ObjectTarget): Decoded {
  const target = versioned(request, { kind: 'restore-object', ...at } as const)
  const build: Decoded['build'] = (bytes) => {
    refuseEncryptionHeaders(request)
    return { ...target, days: readDays(bytes) }
  }
  return decoded(request, target, build, wantedDocument(request.headers))
}

/** How fast it should be done is said by `RestoreJob/Tier`, and makes no difference here. */
function readDays(bytes: Uint8Array): number {
  const root = readXml(bytes, { root: 'RestoreRequest', namespace: REQUEST_NAMESPACE })
  expectOnly(root, ['Days', 'RestoreJob', 'GlacierJobParameters'])
  const job = atMostOne(root, 'RestoreJob') ?? atMostOne(root, 'GlacierJobParameters')
  if (job !== undefined) {
    expectOnly(job, ['Tier'])
    const tier = settingOf(requireOne(job, 'Tier'))
    if (tier !== 'Expedited' && tier !== 'Standard') {
      refuse({ kind: 'malformed-xml', detail: 'Tier is Expedited or Standard' })
    }
  }
  const text = settingOf(requireOne(root, 'Days'))
  const days = parseDecimal(text, { min: 1, max: MAX_RESTORE_DAYS })
  return days ?? refuseArgument('Days', text, `Days is a number from 1 to ${MAX_RESTORE_DAYS}`)
}

export const encodeRestoreObject: Encoder<'restore-object'> = ({ result }, context) =>
  respond(context, result.already ? 200 : 202)
