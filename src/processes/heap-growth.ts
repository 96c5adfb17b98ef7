import { setFlagsFromString } from 'node:v8'

/**
 * Lets the heap of a serving process grow to three times what lives in it before all of it is collected. V8 counts the
 * buffers of bodies as heap, and left to itself collects everything for every 4 MiB of an upload (docs/performance.md).
 * Only for processes of our own: the flag is the whole process's.
 */
export function letHeapGrow(): void {
  setFlagsFromString('--heap-growing-percent=200')
}
