/** START HERE: picks the role of this process. A person's command goes to the command line, the rest to `processes`. */
import { processTerminal, runCli } from './cli/index.ts'
import { processEnvironment, processNodeOptions } from './config/index.ts'
import { hostCommands, roleOf, runJobsProcess, runWorker, runWriter, VERSION } from './processes/index.ts'

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
