import { setFlagsFromString } from 'node:v8'

/**
 * Lets the heap of a serving process grow to four times what lives in it before the next full collection: the most that
 * V8 would choose itself. It counts the buffers of bodies as if they were heap, and left to itself collects all of it for
 * every 4 MiB of an upload (docs/performance.md). Only for processes of our own: the flag is the whole process's.
 */
export function letHeapGrow(): void {
  setFlagsFromString('--heap-growing-percent=300')
}
