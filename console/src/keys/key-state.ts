import type { Words } from '../words/use-words.tsx'

/** The state of a key in the vendor's words; a state without one as it is. */
export function stateText(state: string, { word, say }: Pick<Words, 'word' | 'say'>): string {
  switch (state) {
    case 'enabled':
      return word('stateEnabled')
    case 'disabled':
      return word('stateDisabled')
    case 'pending-deletion':
      return word('statePendingDeletion')
    case 'pending-import':
      return word('statePendingImport')
    case 'unavailable':
      return say('keyUnavailable')
    default:
      return state
  }
}
