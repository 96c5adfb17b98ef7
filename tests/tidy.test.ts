import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import ts from 'typescript'
import { CHECKOUT } from './checkout.ts'
import { sourceFiles, visit, type SourceFile } from './source-tree.ts'

/** Who may import whom. Every room may import `operations` and `secrets`, but for the ground floor's own three. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  operations: [],
  secrets: [],
  storage: [],
  http: [],
  config: ['secrets'],
  records: ['secrets', 'operations'],
  policy: ['secrets', 'operations'],
  audit: ['secrets', 'operations', 'records', 'storage'],
  auth: ['secrets', 'operations', 'http'],
  dialects: ['secrets', 'operations', 'http'],
  kms: ['secrets', 'operations', 'policy', 'storage', 'records', 'audit'],
  iam: ['secrets', 'operations', 'policy', 'storage', 'records', 'audit', 'kms'],
  encryption: ['secrets', 'operations', 'storage', 'records', 'kms'],
  objects: ['secrets', 'operations', 'storage', 'records', 'audit', 'encryption'],
  jobs: ['secrets', 'operations', 'storage', 'records', 'audit', 'kms', 'encryption', 'objects'],
  gateway: [
    ...['secrets', 'operations', 'http', 'dialects', 'auth', 'policy', 'iam', 'kms', 'storage'],
    ...['objects', 'jobs', 'audit'],
  ],
  cli: ['secrets', 'operations', 'config', 'auth', 'dialects'],
}
/** The composition: the only places that pick an implementation. */
const COMPOSITION = new Set(['processes', 'main.ts', 'start-coffer.ts'])
const ROOMS = new Set([...Object.keys(ARROWS), 'processes'])
const BANNED_NAMES = /(^|[/-])(utils?|helpers?|common|misc|shared|core)([./-]|$)/
/** `storage` and `http` may import no room: they draw identifiers, and prove a secret to each other, themselves. */
const CRYPTO_ROOMS = new Set([
  ...['secrets', 'records', 'kms', 'iam', 'encryption', 'auth', 'objects', 'http', 'storage', 'audit'],
])
/** Whoever reviews what Coffer connects to by HTTP reads these two. */
const OUTBOUND_FILES = new Set(['src/http/outbound.ts', 'src/cli/http-exchange.ts'])

const sources = sourceFiles('src')
const shipped = sources.filter((file) => !file.test)

/** The room that a relative import leads to, and whether it is that room's door. */
function destination(
  file: SourceFile,
  specifier: string,
): { readonly room: string; readonly door: boolean } | undefined {
  if (!specifier.startsWith('.')) return undefined
  const path = normalize(join(dirname(file.path), specifier))
  const [top, room = '', ...rest] = path.split('/')
  return top === 'src' ? { room, door: rest.join('/') === 'index.ts' } : undefined
}

function complain(problems: readonly string[]): void {
  assert.deepEqual(problems, [])
}

test('arrows: a room imports only the rooms that the table allows', () => {
  complain(
    shipped.flatMap((file) => {
      if (COMPOSITION.has(file.room)) return []
      const allowed = ARROWS[file.room]
      if (allowed === undefined) return [`${file.path}: ${file.room} is no room of the table`]
      return file.imports.flatMap((specifier) => {
        const to = destination(file, specifier)
        if (to === undefined || to.room === file.room || allowed.includes(to.room)) return []
        return [`${file.path} imports ${to.room}`]
      })
    }),
  )
})

test('doors: another room is entered by its index.ts, and one’s own door is not used from inside', () => {
  complain(
    shipped.flatMap((file) =>
      file.imports.flatMap((specifier) => {
        const to = destination(file, specifier)
        if (to === undefined || !ROOMS.has(to.room)) return []
        if (to.room === file.room) return to.door ? [`${file.path} uses its own door`] : []
        const dialect =
          to.room === 'dialects' &&
          /\/dialects\/(s3|oss|obs|cos|admin|(?:\w+-)?kms|iam|sts)\/(index|wire)\.ts$/.test(`/${specifier}`)
        const outside = COMPOSITION.has(file.room) || file.room === 'gateway' || file.room === 'cli'
        if (to.door || (dialect && outside)) return []
        return [`${file.path} goes around the door of ${to.room}: ${specifier}`]
      }),
    ),
  )
})

test('doors: each room has one that lists its exports by name and opens by saying what the room is', () => {
  complain(
    Object.keys(ARROWS).flatMap((room) => {
      if (room === 'cli') return []
      const door = sources.find((file) => file.path === `src/${room}/index.ts`)
      if (door === undefined) return [`src/${room} has no index.ts`]
      const problems: string[] = []
      if (/export \*/.test(door.text)) problems.push(`${door.path} exports *`)
      const lines = /^\/\*\*\n([\s\S]*?)\*\//.exec(door.text)?.[1]?.trim().split('\n').length ?? 0
      if (lines < 4 || lines > 16) problems.push(`${door.path} opens with ${lines} lines, 4 to 16 wanted`)
      return problems
    }),
  )
})

test('dialects: a dialect imports no other dialect', () => {
  complain(
    shipped.flatMap((file) => {
      const [, , own] = file.path.split('/')
      if (file.room !== 'dialects' || own?.endsWith('.ts') !== false) return []
      return file.imports.flatMap((specifier) => {
        const path = normalize(join(dirname(file.path), specifier))
        const [, , other] = path.split('/')
        const foreign = specifier.startsWith('.') && path.startsWith('src/dialects/') && other !== own
        return foreign && other?.endsWith('.ts') === false ? [`${file.path} imports ${path}`] : []
      })
    }),
  )
})

test('circles: no file imports itself by way of others', () => {
  const imports = new Map(
    shipped.map((file) => [
      file.path,
      valueImports(file).map((specifier) => normalize(join(dirname(file.path), specifier))),
    ]),
  )
  const done = new Set<string>()
  const problems: string[] = []
  const walk = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) {
      problems.push([...way.slice(way.indexOf(path)), path].join(' -> '))
      return
    }
    if (done.has(path)) return
    for (const next of imports.get(path) ?? []) walk(next, [...way, path])
    done.add(path)
  }
  for (const path of imports.keys()) walk(path, [])
  complain(problems)
})

/** Relative imports that stay after compilation: types make no circle at run time. */
function valueImports(file: SourceFile): readonly string[] {
  return file.tree.statements.flatMap((statement) => {
    const declared = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)
    if (!declared || statement.moduleSpecifier === undefined || !ts.isStringLiteral(statement.moduleSpecifier))
      return []
    const typeOnly = ts.isImportDeclaration(statement)
      ? statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
      : statement.isTypeOnly
    const specifier = statement.moduleSpecifier.text
    return typeOnly || !specifier.startsWith('.') ? [] : [specifier]
  })
}

test('names: no drawer for things without a name', () => {
  const all = [...sources, ...sourceFiles('tests'), ...sourceFiles('bench')]
  complain(all.filter((file) => BANNED_NAMES.test(file.path)).map((file) => file.path))
})

test('names: files are in kebab-case', () => {
  complain(sources.filter((file) => /[A-Z_]/.test(file.path)).map((file) => file.path))
})

interface Ban {
  readonly name: string
  readonly match: (node: ts.Node) => boolean
  readonly allowed: (file: SourceFile) => boolean
}

function member(object: string, names: readonly string[]): (node: ts.Node) => boolean {
  return (node) =>
    ts.isPropertyAccessExpression(node) &&
    node.expression.getText() === object &&
    (names.length === 0 || names.includes(node.name.text))
}

function used(...names: readonly string[]): (node: ts.Node) => boolean {
  return (node) =>
    (ts.isCallExpression(node) || ts.isNewExpression(node)) &&
    ts.isIdentifier(node.expression) &&
    names.includes(node.expression.text)
}

/** These names, imported from one of the modules under whatever other name. */
function imported(modules: readonly string[], names: readonly string[]): (node: ts.Node) => boolean {
  return (node) => {
    if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) return false
    const bindings = node.importClause?.namedBindings
    if (!modules.includes(node.moduleSpecifier.text) || bindings === undefined) return false
    return (
      ts.isNamedImports(bindings) &&
      bindings.elements.some((one) => names.includes((one.propertyName ?? one.name).text))
    )
  }
}

const inRoom =
  (...rooms: readonly string[]) =>
  (file: SourceFile): boolean =>
    rooms.includes(file.room)
const never = (): boolean => false

const BANS: readonly Ban[] = [
  { name: 'the type any', match: (node) => node.kind === ts.SyntaxKind.AnyKeyword, allowed: never },
  { name: 'a non-null assertion', match: (node) => ts.isNonNullExpression(node), allowed: never },
  { name: 'console outside cli', match: member('console', []), allowed: inRoom('cli') },
  { name: 'process.env outside config', match: member('process', ['env']), allowed: inRoom('config') },
  { name: 'Math.random', match: member('Math', ['random']), allowed: never },
  { name: 'a temporary directory', match: (node) => ts.isIdentifier(node) && node.text === 'tmpdir', allowed: never },
  {
    name: 'a lenient reader of inbound text',
    match: used('URL', 'URLSearchParams', 'decodeURIComponent', 'parseInt', 'parseFloat'),
    // `processes` names its own files with it, and nothing that came from outside.
    allowed: inRoom('config', 'cli', 'processes'),
  },
  {
    name: 'a request to somewhere else',
    match: (node) =>
      used('fetch')(node) ||
      imported(['node:http', 'node:https'], ['request', 'get'])(node) ||
      member('http', ['request', 'get'])(node) ||
      member('https', ['request', 'get'])(node),
    allowed: (file) => OUTBOUND_FILES.has(file.path),
  },
  {
    name: 'createDecipheriv outside the wrappers that authenticate first',
    match: used('createDecipheriv'),
    allowed: inRoom('encryption', 'records', 'kms', 'secrets'),
  },
]

for (const ban of BANS) {
  test(`bans: ${ban.name}`, () => {
    const problems: string[] = []
    for (const file of shipped) {
      if (ban.allowed(file)) continue
      visit(file.tree, (node) => {
        if (!ban.match(node)) return
        const { line } = file.tree.getLineAndCharacterOfPosition(node.getStart())
        problems.push(`${file.path}:${line + 1}`)
      })
    }
    complain(problems)
  })
}

test('bans: node:crypto only in the rooms that exist for it', () => {
  complain(
    shipped
      .filter((file) => file.imports.includes('node:crypto'))
      .filter((file) => !CRYPTO_ROOMS.has(file.room) && !COMPOSITION.has(file.room))
      .map((file) => file.path),
  )
})

test('bans: no lint waiver or type waiver without a reason after it', () => {
  const waiver = /eslint-disable[^\n]*|@ts-(?:ignore|expect-error|nocheck)[^\n]*/g
  complain(
    [...sources, ...sourceFiles('tests'), ...sourceFiles('bench')].flatMap((file) =>
      [...file.text.matchAll(waiver)]
        .map(([text]) => text)
        .filter((text) => file.path !== 'tests/tidy.test.ts' && !/--\s*\S{3}/.test(text))
        .map((text) => `${file.path}: ${text}`),
    ),
  )
})

test('T-179 the lock file has integrity for every package and no download addresses; install scripts are known', () => {
  const lock: unknown = JSON.parse(readFileSync(join(CHECKOUT, 'package-lock.json'), 'utf8'))
  assert.ok(typeof lock === 'object' && lock !== null && 'packages' in lock)
  const packages = Object.entries(Object(lock.packages) as Record<string, Record<string, unknown>>)
  const scripts: string[] = []
  for (const [name, entry] of packages) {
    // Of this checkout: itself, its workspaces, and the links to them.
    if (!name.startsWith('node_modules/') || entry['link'] === true) continue
    assert.equal(entry['resolved'], undefined, name)
    assert.equal(typeof entry['integrity'], 'string', name)
    if (entry['hasInstallScript'] === true) scripts.push(name)
  }
  // Both ship prebuilt binaries as packages; they are installed with scripts off.
  complain(scripts.filter((name) => !/^node_modules\/(lmdb|msgpackr-extract)$/.test(name)))
})

test('console: from the server it takes types of the admin API’s wire.ts, and nothing else', () => {
  complain(
    sourceFiles('console/src').flatMap((file) =>
      file.imports.flatMap((specifier) => {
        if (!specifier.startsWith('.')) return []
        const path = normalize(join(dirname(file.path), specifier))
        if (path.startsWith('console/src/')) return []
        if (path !== 'src/dialects/admin/wire.ts') return [`${file.path} imports ${path}`]
        return valueImports(file).includes(specifier) ? [`${file.path} imports values of ${path}`] : []
      }),
    ),
  )
})

test('console: no drawer for things without a name, kebab-case, and no waiver without a reason', () => {
  complain(
    sourceFiles('console/src').flatMap((file) => [
      ...(BANNED_NAMES.test(file.path) || /[A-Z_]/.test(file.path) ? [file.path] : []),
      ...[...file.text.matchAll(/eslint-disable[^\n]*|@ts-(?:ignore|expect-error|nocheck)[^\n]*/g)]
        .map(([text]) => text)
        .filter((text) => !/--\s*\S{3}/.test(text))
        .map((text) => `${file.path}: ${text}`),
    ]),
  )
})
