import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { compressed } from './scripts/compressed.js'
import { withinBudgets } from './scripts/budgets.js'

// The policy of the console's pages allows nothing inline: no script, no style, no image or font in a data URL.
export default defineConfig({
  plugins: [react(), compressed(), withinBudgets()],
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2_000,
  },
})
