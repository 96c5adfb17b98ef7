/** START HERE: picks the role of this process. A person's command goes to the command line, the rest to `processes`. */
// First of all, and before anything else is loaded: without a listener, Node opens an inspector on SIGUSR1 (T-168).
process.on('SIGUSR1', () => undefined)

const { processEnvironment, processNodeOptions, roleOf, VERSION } = await import('./config/index.ts')

/** The server is loaded by whoever serves: a client's command needs none of it. */
const loadProcesses = () => import('./processes/index.ts')

const role = roleOf(process.argv)
switch (role) {
  case 'worker':
    ;(await loadProcesses()).runWorker()
    break
  case 'writer':
    ;(await loadProcesses()).runWriter()
    break
  case 'jobs':
    ;(await loadProcesses()).runJobsProcess()
    break
  case 'key-agent':
    ;(await loadProcesses()).runKeyAgent()
    break
  case undefined: {
    const { processTerminal, runCli } = await import('./cli/index.ts')
    process.exitCode = await runCli({
      argv: process.argv.slice(2),
      terminal: processTerminal(),
      env: processEnvironment(),
      execArgv: processNodeOptions(),
      host: async () => (await loadProcesses()).hostCommands,
      version: VERSION,
      now: Date.now,
    })
    break
  }
}

export {}
