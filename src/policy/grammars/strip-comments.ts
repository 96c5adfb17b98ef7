/**
 * A text with blanks in place of its comments, from `//` to the end of the line; within strings they stay text. RAM's
 * documents are pasted with comments from vendors' pages (OSS-76); every other language refuses them.
 */
export function stripComments(text: string): string {
  let stripped = ''
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (!inString && character === '/' && text[at + 1] === '/') {
      const line = text.indexOf('\n', at)
      const end = line < 0 ? text.length : line
      stripped += ' '.repeat(end - at)
      at = end - 1
      continue
    }
    if (inString && character === '\\') {
      stripped += character + text.charAt(at + 1)
      at += 1
      continue
    }
    if (character === '"') inString = !inString
    stripped += character
  }
  return stripped
}
