import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ALL_SETTINGS } from './settings.ts'
import { settingsTable } from './settings-table.ts'

/** The checkout, from the source as from the compiled test. */
function checkout(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!readdirSync(folder).includes('package-lock.json')) folder = dirname(folder)
  return folder
}

test('docs/configuration.md holds the table of every setting, word for word', () => {
  const page = readFileSync(join(checkout(), 'docs/configuration.md'), 'utf8')
  assert.ok(page.includes(settingsTable()))
})

test('no two settings share a name, a flag or a variable', () => {
  for (const names of [
    ALL_SETTINGS.map(({ name }) => name),
    ALL_SETTINGS.map(({ variable }) => variable),
    ALL_SETTINGS.flatMap(({ flag }) => flag ?? []),
  ]) {
    assert.equal(new Set(names).size, names.length)
  }
})

test('T-167 (part) a secret has no flag', () => {
  for (const { name, flag, secret } of ALL_SETTINGS) assert.equal(flag === undefined, secret === true, name)
})

test('a default that is written is one that is accepted', () => {
  for (const { fallback, parse, name } of ALL_SETTINGS) {
    if (fallback !== undefined) assert.doesNotThrow(() => parse(fallback.replace('<data>', './data')), name)
  }
})
