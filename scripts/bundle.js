// Puts the compiled server together into a few files in `dist/server`: Node loads a thousand small modules in about a
// second of CPU, these in a third of it (docs/performance.md). Packages stay outside, as npm installed them.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist')
/** What is started or imported by its name: the program, the library, the thread, and two doors that tests hook into. */
const ENTRIES = {
  main: 'main.js',
  'start-coffer': 'start-coffer.js',
  'digest-work': 'objects/bodies/digest-work.js',
  storage: 'storage/index.js',
  secrets: 'secrets/index.js',
}

const bundle = await rolldown({
  input: Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, join(dist, 'src', path)])),
  platform: 'node',
  external: (id) => !id.startsWith('.') && !id.startsWith(dist),
})
await bundle.write({ dir: join(dist, 'server'), format: 'esm', chunkFileNames: '[name].js', cleanDir: true })
