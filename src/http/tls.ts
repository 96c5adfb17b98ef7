import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'

/** A certificate (with its chain) and its private key, both PEM. */
export interface TlsMaterial {
  readonly cert: string
  readonly key: string
}

/**
 * Reads certificate and key from files. Throws an `Error` with a sentence that names the file, never its contents, if
 * one of them cannot be read, or if they do not belong together: better before the first handshake than in each.
 */
export async function loadTls(files: { readonly certFile: string; readonly keyFile: string }): Promise<TlsMaterial> {
  const cert = await readText(files.certFile, 'TLS certificate')
  const key = await readText(files.keyFile, 'TLS key')
  checkTls({ cert, key }, files)
  return { cert, key }
}

/** Throws an `Error` with a sentence if `material` is no certificate with its own key. */
export function checkTls(
  material: TlsMaterial,
  files: { readonly certFile: string; readonly keyFile: string },
): X509Certificate {
  const certificate = attempt(() => new X509Certificate(material.cert), `${files.certFile} holds no PEM certificate`)
  const key = attempt(() => createPrivateKey(material.key), `${files.keyFile} holds no readable PEM private key`)
  if (!certificate.checkPrivateKey(key)) {
    throw new Error(`the key in ${files.keyFile} does not belong to the certificate in ${files.certFile}`)
  }
  return certificate
}

async function readText(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new Error(`the ${what} ${file} cannot be read (${code})`)
  }
}

function attempt<Result>(make: () => Result, sentence: string): Result {
  try {
    return make()
  } catch {
    throw new Error(sentence)
  }
}
