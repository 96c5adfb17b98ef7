import type { SecretBytes } from '../../secrets/index.ts'
import {
  CKF_RW_SESSION,
  CKF_SERIAL_SESSION,
  CKU_USER,
  type Attribute,
  type CryptokiBinding,
  type Handle,
} from './cryptoki.ts'
import {
  ALREADY_INITIALIZED,
  ALREADY_LOGGED_IN,
  isAway,
  isPinRefused,
  isSessionGone,
  isUnclear,
  resultName,
  resultOf,
} from './cryptoki-results.ts'
import { TokenAway, TokenKeyMissing, TokenRefused, type TokenKey } from './token.ts'
import { keyTemplate } from './token-templates.ts'

/** Which token of a module: slots are renumbered, labels and serial numbers stay. */
export type TokenName = { readonly label: string } | { readonly serial: string }

/** What is open while the token is there. */
export interface OpenToken extends CryptokiBinding {
  readonly slot: Handle
  readonly session: Handle
  readonly mechanisms: ReadonlySet<number>
  readonly handles: Map<string, Handle>
}

/** The token refuses the PIN: nobody tries it again. */
export class PinRefused extends TokenRefused {}

/** Most objects that a search looks at. */
const MAX_FOUND = 10_000
const FOUND_AT_ONCE = 100

/**
 * One session with one token, logged in. What shows that session, login or handles are gone is followed by one new
 * beginning: the module finalized, initialized, the token found by its name, logged in, the key looked up again.
 */
export class TokenSession {
  readonly #load: () => Promise<CryptokiBinding>
  readonly #name: TokenName
  readonly #pin: SecretBytes
  #binding: CryptokiBinding | undefined
  #open: OpenToken | undefined
  #pinRefused: string | undefined

  constructor(load: () => Promise<CryptokiBinding>, name: TokenName, pin: SecretBytes) {
    this.#load = load
    this.#name = name
    this.#pin = pin
  }

  /** `work` may run twice; what it did the first time failed. Throws `TokenAway`, `TokenRefused`, `TokenKeyMissing`. */
  async run<Result>(work: (token: OpenToken) => Result): Promise<Result> {
    this.#binding ??= await this.#load()
    const fresh = this.#open === undefined
    try {
      return work(this.#opened(this.#binding))
    } catch (error) {
      // A key that an old session does not see may be there: a token that was away looks empty.
      // Nor does a module see a token that came after it was initialized.
      const again =
        error instanceof TokenAway ||
        isSessionGone(error) ||
        isUnclear(error) ||
        (!fresh && error instanceof TokenKeyMissing)
      this.#end(this.#binding)
      if (!again) throw translated(error)
    }
    try {
      return work(this.#opened(this.#binding))
    } catch (error) {
      this.#end(this.#binding)
      throw translated(error)
    }
  }

  #opened(binding: CryptokiBinding): OpenToken {
    if (this.#open !== undefined) return this.#open
    // A second try with a PIN that was refused would count against the lock of the token.
    if (this.#pinRefused !== undefined) throw new PinRefused(this.#pinRefused)
    const { module } = binding
    const slot = this.#slot(binding)
    const session = module.C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION)
    this.#login(binding, session)
    const mechanisms = new Set(module.C_GetMechanismList(slot))
    this.#open = { ...binding, slot, session, mechanisms, handles: new Map() }
    return this.#open
  }

  #slot({ module }: CryptokiBinding): Handle {
    try {
      module.C_Initialize()
    } catch (error) {
      if (resultOf(error) !== ALREADY_INITIALIZED) throw error
    }
    const slots = module.C_GetSlotList(true)
    const found = slots.filter((slot) => {
      const { label, serialNumber } = module.C_GetTokenInfo(slot)
      return 'label' in this.#name ? label.trimEnd() === this.#name.label : serialNumber.trim() === this.#name.serial
    })
    const [slot] = found
    if (slot === undefined) throw new TokenAway('no such token is there')
    if (found.length > 1) throw new TokenRefused('several tokens have this label: name the serial number')
    return slot
  }

  #login({ module }: CryptokiBinding, session: Handle): void {
    try {
      // The binding takes the PIN as text only; the text lives for the length of this call.
      this.#pin.expose((pin) => module.C_Login(session, CKU_USER, Buffer.from(pin).toString('utf8')))
    } catch (error) {
      if (resultOf(error) === ALREADY_LOGGED_IN) return
      if (!isPinRefused(error)) throw error
      this.#pinRefused = `it refuses the PIN (${resultName(error)})`
      throw new PinRefused(this.#pinRefused)
    }
  }

  #end({ module }: CryptokiBinding): void {
    this.#open = undefined
    try {
      module.C_Finalize()
    } catch {
      // It was never initialized, or the device took that with it.
    }
  }
}

function translated(error: unknown): Error {
  if (error instanceof TokenAway || error instanceof TokenRefused || error instanceof TokenKeyMissing) return error
  if (isAway(error) || isUnclear(error)) return new TokenAway(resultName(error))
  if (resultOf(error) !== undefined) return new TokenRefused(resultName(error))
  return error instanceof Error ? error : new Error('the module threw what is no error')
}

/** The handle of a key; undefined when the token has none. */
export function findKey(token: OpenToken, key: TokenKey): Handle | undefined {
  const name = `${key.id} ${key.label}`
  const known = token.handles.get(name)
  if (known !== undefined) return known
  const [found] = findObjects(token, keyTemplate(key))
  if (found !== undefined) token.handles.set(name, found)
  return found
}

export function demandKey(token: OpenToken, key: TokenKey): Handle {
  const found = findKey(token, key)
  if (found === undefined) throw new TokenKeyMissing(`no key ${key.label} with the id ${key.id}`)
  return found
}

export function findObjects({ module, session }: OpenToken, template: readonly Attribute[]): readonly Handle[] {
  const found: Handle[] = []
  module.C_FindObjectsInit(session, template)
  try {
    while (found.length < MAX_FOUND) {
      const some = module.C_FindObjects(session, FOUND_AT_ONCE)
      if (some.length === 0) break
      found.push(...some)
    }
  } finally {
    module.C_FindObjectsFinal(session)
  }
  return found
}
