/** START HERE: picks the role of this process. A person's command goes to the command line, the rest to `processes`. */
// First of all, and before anything else is loaded: without a listener, Node opens an inspector on SIGUSR1 (T-168).
process.on('SIGUSR1', () => undefined)

const { processTerminal, runCli } = await import('./cli/index.ts')
const { processEnvironment, processNodeOptions } = await import('./config/index.ts')
const { hostCommands, roleOf, runJobsProcess, runKeyAgent, runWorker, runWriter, VERSION } =
  await import('./processes/index.ts')

const role = roleOf(process.argv)
switch (role) {
  case 'worker':
    runWorker()
    break
  case 'writer':
    runWriter()
    break
  case 'jobs':
    runJobsProcess()
    break
  case 'key-agent':
    runKeyAgent()
    break
  case undefined:
    process.exitCode = await runCli({
      argv: process.argv.slice(2),
      terminal: processTerminal(),
      env: processEnvironment(),
      execArgv: processNodeOptions(),
      host: hostCommands,
      version: VERSION,
      now: Date.now,
    })
    break
}

export {}
