/** Settings of COS's documents: read by name, each at most once. */
import { parseDecimal } from '../../http/index.ts'
import { refuse } from '../../operations/index.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { atMostOne, settingOf, type XmlElement } from '../xml.ts'

export function malformed(detail: string): never {
  return refuse({ kind: 'malformed-xml', detail })
}

/** The text of a setting; an empty one is an absent one. */
export function optionalSetting(holder: XmlElement, name: string): string | undefined {
  const found = atMostOne(holder, name)
  const text = found === undefined ? '' : settingOf(found)
  return text === '' ? undefined : text
}

/** A whole number within its bounds. */
export function numberSetting(
  holder: XmlElement,
  name: string,
  bounds: { readonly min: number; readonly max: number },
): number | undefined {
  const text = optionalSetting(holder, name)
  if (text === undefined) return undefined
  return parseDecimal(text, bounds) ?? refuseArgument(name, text, `${name} is ${bounds.min} to ${bounds.max}`)
}

/** One of the words, or absent. */
export function wordSetting<Word extends string>(
  holder: XmlElement,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = optionalSetting(holder, name)
  if (text === undefined) return undefined
  return words.find((word) => word === text) ?? malformed(`${name} is ${words.join(' or ')}`)
}

/** As `wordSetting`, and it has to be there. */
export function requiredWord<Word extends string>(holder: XmlElement, name: string, words: readonly Word[]): Word {
  return wordSetting(holder, name, words) ?? malformed(`${holder.name} needs ${name}`)
}
