import { gzipSync } from 'node:zlib'

const GZIP_LEVEL = 9
const WORDS = ['words/en/sentences.ts', 'words/en/vendor-words.ts', 'messages/all.en']
const FRAME = ['src/main.tsx', ...WORDS, 'shell/signed-in.tsx']

/** By the modules a visit begins with: everything that a fresh visit downloads, in KiB after gzip -9. */
const BUDGETS = [
  { visit: 'sign-in', modules: ['src/main.tsx', ...WORDS], budgetKib: 230 },
  {
    visit: 'overview, the first load after sign-in',
    modules: [...FRAME, 'overview/overview-page.tsx'],
    budgetKib: 330,
  },
  { visit: 'bucket list with the create dialog', modules: [...FRAME, 'buckets/bucket-list-page.tsx'], budgetKib: 390 },
  { visit: 'objects with upload', modules: [...FRAME, 'objects/objects-page.tsx'], budgetKib: 370 },
  { visit: 'bucket settings', modules: [...FRAME, 'buckets/bucket-settings-page.tsx'], budgetKib: 380 },
  { visit: 'object details', modules: [...FRAME, 'objects/object-page.tsx'], budgetKib: 380 },
  { visit: 'key', modules: [...FRAME, 'keys/key-page.tsx'], budgetKib: 380 },
  { visit: 'explain', modules: [...FRAME, 'explain/explain-page.tsx'], budgetKib: 380 },
  { visit: 'people', modules: [...FRAME, 'people/people-page.tsx'], budgetKib: 420 },
  { visit: 'audit', modules: [...FRAME, 'audit/audit-page.tsx'], budgetKib: 420 },
]

/** The build fails when a visit costs more than its budget; the table is printed either way. */
export function withinBudgets() {
  return {
    name: 'coffer-budgets',
    writeBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter(({ type }) => type === 'chunk')
      const sizes = new Map()
      const sizeOf = (file) => {
        const known = sizes.get(file)
        if (known !== undefined) return known
        const { code, source } = bundle[file]
        const size = gzipSync(code ?? source, { level: GZIP_LEVEL }).length
        sizes.set(file, size)
        return size
      }
      const over = []
      for (const { visit, modules, budgetKib } of BUDGETS) {
        const files = new Set()
        for (const module of modules) collect(chunkOf(chunks, module), bundle, files)
        const kib = [...files].reduce((sum, file) => sum + sizeOf(file), 0) / 1024
        const line = `${visit}: ${kib.toFixed(0)} of ${budgetKib} KiB`
        if (kib > budgetKib) over.push(line)
        this.info(line)
      }
      if (over.length > 0) this.error(`over budget: ${over.join('; ')}`)
    },
  }
}

function chunkOf(chunks, module) {
  const found = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.includes(module)))
  if (found === undefined) throw new Error(`the build has no chunk with ${module}`)
  return found
}

/** A chunk, what it imports at once, and their styles. */
function collect(chunk, bundle, files) {
  if (files.has(chunk.fileName)) return
  files.add(chunk.fileName)
  for (const style of chunk.viteMetadata?.importedCss ?? []) files.add(style)
  for (const file of chunk.imports) if (bundle[file]?.type === 'chunk') collect(bundle[file], bundle, files)
}
