import { getCiphers, getHashes } from 'node:crypto'

/** What `test` takes: skipped where this runtime's OpenSSL has no SM4, unless nothing may be skipped. */
export function sm4Test(): { readonly skip?: string } {
  const has = getCiphers().includes('sm4-ctr') && getHashes().includes('sm3')
  return has || process.env['COFFER_TEST_REQUIRE'] === 'all' ? {} : { skip: 'the OpenSSL of this Node.js has no SM4' }
}
