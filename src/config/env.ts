/** The environment as the configuration reads it: names, values, and a way to remove what was secret. */
export interface Environment {
  get(name: string): string | undefined
  names(): readonly string[]
  /** Removes a variable, so that no child and no report of this process has it. */
  remove(name: string): void
}

/** The environment of this process. This is the only place that reads it. */
export function processEnvironment(): Environment {
  return environmentOf(process.env)
}

/** For a child that inherits nothing: every variable of this process, as not set (T-167). */
export function emptyEnvironment(): Readonly<Record<string, undefined>> {
  return Object.fromEntries(Object.keys(process.env).map((name) => [name, undefined]))
}

/** For a vendor's library in a process of its own: everything but what is meant for Coffer and for Node. */
export function libraryEnvironment(): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(COFFER|NODE)_/i.test(name)))
}

/** The options that this process was started with, in front of the script's name. */
export function processNodeOptions(): readonly string[] {
  return process.execArgv
}

/** An environment over any record: removal reaches the record. */
export function environmentOf(variables: Record<string, string | undefined>): Environment {
  return {
    get: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
    names: () => Object.keys(variables),
    remove: (name) => {
      Reflect.deleteProperty(variables, name)
    },
  }
}
