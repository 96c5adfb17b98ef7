import type { Command } from 'commander'

/** A subject, under which verbs stand. Its plural works as well, and is not shown. */
export function addSubject(parent: Command, name: string, description: string, pluralForm?: string): Command {
  const subject = parent.command(name).description(description).helpCommand(false)
  return pluralForm === undefined ? subject : subject.alias(pluralForm)
}
