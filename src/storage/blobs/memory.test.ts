import { blobConformance } from './conformance.ts'
import { createMemoryBlobs } from './memory.ts'

blobConformance('memory', async () => createMemoryBlobs())
