/**
 * Why the configuration is refused: one sentence that names the setting and never its value, and what to do. A value
 * could be a secret that somebody put into the wrong place.
 */
export class ConfigProblem extends Error {
  override readonly name = 'ConfigProblem'
  /** A command or setting that helps. */
  readonly remedy: string | undefined

  constructor(sentence: string, remedy?: string) {
    super(sentence)
    this.remedy = remedy
  }
}
