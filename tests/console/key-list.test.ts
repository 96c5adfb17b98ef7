import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import type { KeyPageJson } from '../../src/dialects/admin/wire.ts'
import { memoryServer } from '../servers.ts'
import { openPage, type SignedInPage } from './console-client.ts'

let server: RunningCoffer
let page: SignedInPage
before(async () => {
  server = await memoryServer({ console: true })
  page = await openPage(server.consoleUrl ?? '')
})
after(() => server.close())

test('OSS-26 OBSA-37 a list of keys tells of each what the caller may know, page by page', async () => {
  for (const alias of ['one', 'two', 'three']) await page.call('keys', { method: 'POST', body: { alias } })
  const seen: string[] = []
  let after = ''
  do {
    const { json } = await page.call(`keys?limit=2${after}`)
    const { items, next, missing } = json as KeyPageJson
    assert.equal(missing, undefined)
    for (const { aliases, state, manager } of items) {
      assert.equal(state, 'enabled')
      if (manager === 'customer') seen.push(...aliases)
    }
    after = next === undefined ? '' : `&after=${next}`
  } while (after !== '')
  assert.deepEqual(seen.sort(), ['alias/one', 'alias/three', 'alias/two'])
})
