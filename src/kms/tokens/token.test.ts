import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { randomBytes, SecretBytes } from '../../secrets/index.ts'
import { CKA, loadCryptoki } from './cryptoki.ts'
import { resultName } from './cryptoki-results.ts'
import { NEEDS_TOKEN, softToken, type SoftToken } from './soft-token.fixture.ts'
import { createTokenAgent } from './token-agent.ts'
import { BREAKER_MS, MAX_TOKEN_CALLS, tokenOver } from './token-client.ts'
import { demandKey, TokenSession } from './token-session.ts'
import { TokenAway, TokenKeyMissing, TokenRefused, type Token, type TokenKey, type TokenWay } from './token.ts'

const KEY: TokenKey = { label: 'a key', id: '0102' }
const OTHER: TokenKey = { label: 'a key', id: '0103' }
const SECRET = new SecretBytes(Buffer.from('thirty-two bytes of something...'))
const BOUND = Buffer.from('what it is bound to')
const WAYS: readonly TokenWay[] = ['gcm', 'key-wrap-pad']

interface TokenUnderTest {
  readonly token: Token
  readonly soft: SoftToken
  /** Lets the breaker's time pass. */
  readonly pass: () => void
}

function fresh(t: TestContext, pin?: string): TokenUnderTest {
  const soft = softToken()
  t.after(() => soft.remove())
  const agent = createTokenAgent({
    modulePath: soft.modulePath,
    token: { label: soft.label },
    pin: Buffer.from(pin ?? soft.pin),
  })
  let nowMs = 0
  return { soft, token: tokenOver('a token', agent, () => nowMs), pass: () => (nowMs += BREAKER_MS) }
}

for (const way of WAYS) {
  test(`a token opens what it sealed by ${way}, with the same key and binding only`, NEEDS_TOKEN, async (t) => {
    const { token } = fresh(t)
    await token.makeKey(KEY)
    await token.makeKey(OTHER)
    assert.deepEqual(await token.keyIds('a key'), ['0102', '0103'])
    const sealed = await token.seal(KEY, SECRET, BOUND, { only: way })
    assert.equal(sealed.way, way)
    assert.ok((await token.open(KEY, sealed, BOUND))?.equals(SECRET))
    assert.equal(await token.open(KEY, sealed, Buffer.from('something else')), undefined)
    assert.equal(await token.open(OTHER, sealed, BOUND), undefined)
    for (let at = 0; at < sealed.bytes.length; at += 7) {
      const changed = Buffer.from(sealed.bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      assert.equal(await token.open(KEY, { way, bytes: changed }, BOUND), undefined, `byte ${at}`)
    }
    for (const length of [0, 1, 12, 27, 28]) {
      const bytes = sealed.bytes.subarray(0, length)
      assert.equal(await token.open(KEY, { way, bytes }, BOUND), undefined, `${length} bytes`)
    }
    assert.ok((await token.open(KEY, sealed, BOUND))?.equals(SECRET), 'refusals leave it working')
    const again = await token.seal(KEY, SECRET, BOUND, { only: way })
    if (way === 'gcm') assert.notDeepEqual(again.bytes.subarray(0, 12), sealed.bytes.subarray(0, 12))
  })
}

test('OBSA-35: a key of a token is made in it, sensitive, and its value cannot be read', NEEDS_TOKEN, async (t) => {
  const { token, soft } = fresh(t)
  await token.makeKey(KEY)
  const pin = new SecretBytes(Buffer.from(soft.pin))
  const session = new TokenSession(() => loadCryptoki(soft.modulePath), { label: soft.label }, pin)
  await session.run((open) => {
    const handle = demandKey(open, KEY)
    for (const type of [CKA.SENSITIVE, CKA.LOCAL, CKA.ALWAYS_SENSITIVE, CKA.NEVER_EXTRACTABLE]) {
      const [attribute] = open.module.C_GetAttributeValue(open.session, handle, [{ type }])
      assert.deepEqual(attribute?.value, Buffer.of(1))
    }
    assert.throws(
      () => open.module.C_GetAttributeValue(open.session, handle, [{ type: CKA.VALUE }]),
      (error: unknown) => resultName(error) === 'CKR_ATTRIBUTE_SENSITIVE',
    )
  })
})

test(
  'making a key twice keeps the first; a destroyed key is missing, and destroying it twice is no error',
  NEEDS_TOKEN,
  async (t) => {
    const { token } = fresh(t)
    await token.makeKey(KEY)
    const sealed = await token.seal(KEY, SECRET, BOUND)
    await token.makeKey(KEY)
    assert.deepEqual(await token.keyIds(KEY.label), [KEY.id])
    assert.ok((await token.open(KEY, sealed, BOUND))?.equals(SECRET))
    for (let twice = 0; twice < 2; twice++) await token.destroyKey(KEY)
    await assert.rejects(token.open(KEY, sealed, BOUND), TokenKeyMissing)
    await assert.rejects(token.seal(KEY, SECRET, BOUND), TokenKeyMissing)
    assert.deepEqual(await token.keyIds(KEY.label), [])
  },
)

test(
  'T-118: a token that is away is no answer, and works again without anything being made anew',
  NEEDS_TOKEN,
  async (t) => {
    const { token, soft, pass } = fresh(t)
    await token.makeKey(KEY)
    const sealed = await token.seal(KEY, SECRET, BOUND)
    soft.takeAway()
    const calls = [
      () => token.open(KEY, sealed, BOUND),
      () => token.seal(KEY, SECRET, BOUND),
      () => token.keyIds(KEY.label),
      () => token.makeKey(OTHER),
      () => token.destroyKey(KEY),
    ]
    for (const call of calls) {
      await assert.rejects(call(), TokenAway)
      pass()
    }
    soft.bringBack()
    assert.ok((await token.open(KEY, sealed, BOUND))?.equals(SECRET))
    assert.deepEqual(await token.keyIds(KEY.label), [KEY.id])
  },
)

test(
  'T-118: after a token was away, the next calls do not wait for it, and after a second they try',
  NEEDS_TOKEN,
  async (t) => {
    const { token, soft, pass } = fresh(t)
    await token.makeKey(KEY)
    const sealed = await token.seal(KEY, SECRET, BOUND)
    soft.takeAway()
    await assert.rejects(token.open(KEY, sealed, BOUND), TokenAway)
    soft.bringBack()
    await assert.rejects(token.open(KEY, sealed, BOUND), /a moment ago/)
    pass()
    assert.ok((await token.open(KEY, sealed, BOUND))?.equals(SECRET))
  },
)

test('a PIN that is refused is tried once, so that the token does not lock', NEEDS_TOKEN, async (t) => {
  const { token, soft, pass } = fresh(t, '11111111')
  for (let tries = 0; tries < 20; tries++) {
    await assert.rejects(token.keyIds('a key'), (error: unknown) => {
      assert.ok(error instanceof TokenRefused)
      assert.match(error.message, /refuses the PIN \(CKR_PIN_INCORRECT\)/)
      return true
    })
    pass()
  }
  const agent = createTokenAgent({
    modulePath: soft.modulePath,
    token: { label: soft.label },
    pin: Buffer.from(soft.pin),
  })
  assert.deepEqual(await tokenOver('a token', agent, () => 0).keyIds('a key'), [])
})

test('another label is a token that is away, another library one that cannot be used', NEEDS_TOKEN, async (t) => {
  const { soft } = fresh(t)
  const pin = Buffer.from(soft.pin)
  const { modulePath } = soft
  const absent = createTokenAgent({ modulePath, token: { label: 'another' }, pin: Buffer.from(pin) })
  await assert.rejects(tokenOver('a token', absent, () => 0).keyIds('a'), TokenAway)
  const wrong = createTokenAgent({ modulePath: '/nowhere.so', token: { label: 'coffer' }, pin })
  await assert.rejects(tokenOver('a token', wrong, () => 0).keyIds('a'), TokenRefused)
})

test('T-159: calls that wait for a token are limited', async () => {
  let answer: (value: unknown) => void = () => undefined
  const hanging = new Promise((resolve) => (answer = resolve))
  const token = tokenOver(
    'a token',
    () => hanging,
    () => 0,
  )
  const waiting = Array.from({ length: MAX_TOKEN_CALLS }, () => token.keyIds('a'))
  await assert.rejects(token.keyIds('a'), /too many calls/)
  answer({ kind: 'key-ids', ids: ['00'] })
  assert.equal((await Promise.all(waiting)).length, MAX_TOKEN_CALLS)
  assert.deepEqual(await token.keyIds('a'), ['00'])
})

test('whatever comes back that is no answer is a token that does not answer', async () => {
  for (const nonsense of [undefined, null, 'text', 7, {}]) {
    const token = tokenOver(
      'a token',
      async () => nonsense,
      () => 0,
    )
    await assert.rejects(token.seal(KEY, new SecretBytes(randomBytes(32)), BOUND), TokenAway)
  }
})
