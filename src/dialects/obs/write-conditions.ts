import type { HttpHeaders } from '../../http/index.ts'
import { refuseUndone } from './obs-request.ts'

/** OBS has no conditions on writes: ignoring one would overwrite what its sender wanted to keep. */
export function refuseWriteConditions(headers: HttpHeaders): void {
  for (const name of ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since']) {
    if (headers.has(name)) refuseUndone(`The condition ${name} of a write`, name)
  }
}
