import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { run, type Ran } from '../cli/coffer-command.ts'
import { ACCESS_KEY, REGION, SECRET_KEY } from '../servers.ts'

/** An AWS CLI on this machine. */
export interface AwsCli {
  readonly program: string
  /** Such as `aws-cli/2.9.19`. */
  readonly version: string
}

/** Of each version that is found, one: an old one and a new one speak differently. */
export function findAwsClis(): readonly AwsCli[] {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/bin', '/usr/bin']
  const found = new Map<string, AwsCli>()
  for (const place of places) {
    const program = join(place, 'aws')
    const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
    const version = status === 0 ? /^aws-cli\/\S+/.exec(stdout)?.[0] : undefined
    if (version !== undefined && !found.has(version)) found.set(version, { program, version })
  }
  return [...found.values()]
}

export type Aws = (...words: readonly string[]) => Promise<Ran>

/** The CLI as the root of the test account; it reads no configuration of the person who runs the tests. */
export function awsOf(cli: AwsCli, endpoint: string, home: string, input?: Uint8Array): Aws {
  const env = {
    HOME: home,
    AWS_ACCESS_KEY_ID: ACCESS_KEY,
    AWS_SECRET_ACCESS_KEY: SECRET_KEY,
    AWS_DEFAULT_REGION: REGION,
    AWS_CONFIG_FILE: join(home, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'no-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  }
  return (...words) =>
    run(cli.program, [...words, '--endpoint-url', endpoint], {
      env,
      cwd: home,
      ...(input === undefined ? {} : { input }),
    })
}
