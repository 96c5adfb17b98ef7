import { openRows, type RowSize } from './floor-rows.ts'

/**
 * What the row of an object takes in a server's metadata, key and value: the raw scan reads rows of the same sizes,
 * wherever a release of Coffer lays its bodies. Looks through all rows: for small stores.
 */
export async function sizeOfRow(metadata: string, name: string): Promise<RowSize> {
  const ending = Buffer.from(name, 'utf8')
  const database = openRows(metadata, true)
  try {
    for (const { key, value } of database.getRange({})) {
      if (key.length > ending.length && key.subarray(-ending.length).equals(ending)) {
        return { keyBytes: key.length, valueBytes: value.length }
      }
    }
  } finally {
    await database.close()
  }
  throw new Error(`no row ends with ${name}`)
}
