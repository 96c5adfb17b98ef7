import { randomUUID } from 'node:crypto'
import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { serverDoor } from '../server-door.ts'
import { sealFingerprint } from './seal-fingerprint.ts'

/*
 * Loaded into every process of a server by `--import <this file>?into=<directory>&key=<hexadecimal>`: the fingerprint of
 * every seal is in a file of that directory before the seal is made, so that no kill loses one that could be on the disk.
 */
const { searchParams } = new URL(import.meta.url)
const testKey = Buffer.from(searchParams.get('key') ?? '', 'hex')
const file = openSync(join(searchParams.get('into') ?? '', `${process.pid}-${randomUUID()}.seals`), 'ax', 0o600)

const { setSealWatch } = await serverDoor('secrets')
setSealWatch((key, nonce) => {
  writeSync(file, sealFingerprint(testKey, key, nonce))
})
