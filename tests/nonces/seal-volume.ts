import { countSeals } from './count-seals.ts'
import { SealLoad } from './seal-load.ts'

/*
 * A process of its own, `seal-volume.js <seals> <seed>`: the test runner follows every promise, which takes longer than
 * sealing. Ends with 0 and one line of JSON when so many seals were made and none repeated a key and a nonce.
 */
const [wanted = '', seed = ''] = process.argv.slice(2)
const seen = countSeals()
const load = await SealLoad.start(seed)
while (seen.size < Number(wanted)) await load.step()
process.stdout.write(`${JSON.stringify({ seals: seen.size, ...Object.fromEntries(load.done) })}\n`)
