import type { Decoder, Decoders } from './decoder.ts'
import { present } from '../present.ts'

export const DEFAULT_PENDING_DAYS = 30
const MAX_ROTATION_DAYS = 2_560

type PlainKeyKind =
  'describe-key' | 'key-dependents' | 'enable-key' | 'disable-key' | 'rotate-key' | 'cancel-key-deletion'

/** Operations that name a key and say nothing more. */
function plain(kind: PlainKeyKind): Decoder<PlainKeyKind> {
  return (read) => {
    const key = read.key()
    return { target: { keyReference: key }, build: () => ({ kind, key }) }
  }
}

export const KEY_DECODERS: Decoders<
  | 'create-key'
  | 'list-keys'
  | 'set-key-rotation'
  | 'schedule-key-deletion'
  | 'set-alias'
  | 'remove-alias'
  | 'list-aliases'
> &
  Readonly<Record<PlainKeyKind, Decoder<PlainKeyKind>>> = {
  'create-key': () => ({
    target: {},
    build: (body) => ({
      kind: 'create-key',
      description: body.optionalText('description') ?? '',
      ...present({
        alias: body.optionalText('alias'),
        keyId: body.optionalText('keyId'),
        origin: body.optionalWord('origin', ['coffer', 'external']),
      }),
    }),
  }),
  'list-keys': () => ({ target: {}, build: () => ({ kind: 'list-keys' }) }),
  'describe-key': plain('describe-key'),
  'key-dependents': plain('key-dependents'),
  'enable-key': plain('enable-key'),
  'disable-key': plain('disable-key'),
  'rotate-key': plain('rotate-key'),
  'cancel-key-deletion': plain('cancel-key-deletion'),
  'set-key-rotation': (read) => {
    const key = read.key()
    return {
      target: { keyReference: key },
      build: (body) => ({
        kind: 'set-key-rotation',
        key,
        ...present({ periodDays: body.optionalNumber('periodDays', 1, MAX_ROTATION_DAYS) }),
      }),
    }
  },
  'schedule-key-deletion': (read) => {
    const key = read.key()
    return {
      target: { keyReference: key },
      build: (body) => ({
        kind: 'schedule-key-deletion',
        key,
        pendingDays: body.optionalNumber('pendingDays', 7, 30) ?? DEFAULT_PENDING_DAYS,
        ...present({ shred: body.optionalFlag('shred') }),
      }),
    }
  },
  'set-alias': (read) => {
    const key = read.key()
    return {
      target: { keyReference: key },
      build: (body) => ({
        kind: 'set-alias',
        alias: body.text('alias'),
        key,
        replace: body.optionalFlag('replace') ?? false,
      }),
    }
  },
  // The alias is what the operation is about, so it stands where a key stands.
  'remove-alias': (read) => {
    const alias = read.key()
    return { target: { keyReference: alias }, build: () => ({ kind: 'remove-alias', alias }) }
  },
  'list-aliases': (read) => {
    const key = read.optional('key')
    return {
      target: present({ keyReference: key }),
      build: () => ({ kind: 'list-aliases', ...present({ key }) }),
    }
  },
}
