import cluster from 'node:cluster'
import { fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { emptyEnvironment, libraryEnvironment, ROLE_FLAG, type Role } from '../config/index.ts'
import type { ServingConfig } from './serving-config.ts'

/** Where every process begins: beside this file in the bundle, and above it in the compiled tree. */
const BUNDLED = fileURLToPath(new URL('./main.js', import.meta.url))
const MAIN = existsSync(BUNDLED) ? BUNDLED : fileURLToPath(new URL('../main.js', import.meta.url))

/**
 * Starts a process for a role. Children get no environment: settings and keys come over the channel. The key agent has
 * the variables that a vendor's library may need.
 */
export function startRole(role: Role): ChildProcess {
  const args = [`${ROLE_FLAG}${role}`]
  if (role === 'key-agent') return fork(MAIN, args, { env: libraryEnvironment(), serialization: 'advanced' })
  if (role !== 'worker') return fork(MAIN, args, { env: {}, serialization: 'advanced' })
  // Workers accept by themselves: a connection that the primary hands to a worker which dies is never answered nor closed.
  cluster.schedulingPolicy = cluster.SCHED_NONE
  cluster.setupPrimary({ exec: MAIN, args, serialization: 'advanced' })
  // The cluster module adds the environment of this process to what it is given.
  return cluster.fork(emptyEnvironment()).process
}

/** What a serving process is told when it starts. Bytes are keys: they live in memory only. */
export interface SetUp {
  readonly config: ServingConfig
  readonly clusterKey: Uint8Array
  readonly clusterVersion: number
  readonly writer: WriterAddress
  /** Where KMS keys live, in words; absent where they live in the metadata. */
  readonly tokenPlace?: string
}

/** How to reach the writer: a socket in the data directory, and a secret of this start. */
export interface WriterAddress {
  readonly socketPath: string
  readonly secret: Uint8Array
}
