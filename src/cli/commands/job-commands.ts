import type { Command } from 'commander'
import type { JobJson } from '../../dialects/admin/wire.ts'
import { asClient, clientOf, optionsOf, outputOf, remark, shownTime, type CommandContext } from '../command-context.ts'
import { writeList } from '../output.ts'
import { addSubject } from '../subject.ts'

const DONE = {
  pause: 'pauses after the unit that it is at',
  resume: 'goes on',
  run: 'does its next unit within a few seconds',
} as const
const ABOUT = {
  pause: 'Have a job pause',
  resume: 'Let a paused job go on',
  run: 'Have a job do its next unit now',
} as const

/** `coffer job`: what the server does by itself. */
export function addJobCommands(program: Command, context: CommandContext): void {
  const job = addSubject(program, 'job', 'What the server does by itself', 'jobs')
  addList(job, context)
  for (const act of ['pause', 'resume', 'run'] as const) addAct(job, context, act)
}

function addList(job: Command, context: CommandContext): void {
  const command = asClient(job.command('list').description('List the jobs: state, failures, last unit, next one'))
  command.addHelpText('after', '\nExamples:\n  coffer job list\n  coffer job list --json')
  command.action(async () => {
    const options = optionsOf(command)
    const { jobs } = await clientOf(context, options).call('list-jobs')
    const shape = {
      member: 'jobs',
      columns: [
        { title: 'JOB', value: ({ name }: JobJson) => name, flexible: true },
        { title: 'STATE', value: ({ state, paused }: JobJson) => (paused ? 'paused' : state) },
        { title: 'UNITS', value: ({ units }: JobJson) => String(units), right: true },
        { title: 'FAILURES', value: ({ failures }: JobJson) => String(failures), right: true },
        { title: 'LAST', value: ({ lastEnded }: JobJson) => shownTime(context, lastEnded) || 'never' },
        { title: 'NEXT', value: ({ next }: JobJson) => shownTime(context, next) },
      ],
      id: ({ name }: JobJson) => name,
      empty: 'No job has run yet.',
    }
    await writeList(context.terminal, outputOf(options), shape, jobs)
  })
}

function addAct(job: Command, context: CommandContext, act: 'pause' | 'resume' | 'run'): void {
  const command = asClient(job.command(`${act} <job>`).description(ABOUT[act]))
  command.addHelpText('after', `\nExamples:\n  coffer job ${act} scrub\n  coffer job ${act} lifecycle`)
  command.action(async (name: string) => {
    const options = optionsOf(command)
    await clientOf(context, options).call('control-job', {}, { job: name, act })
    remark(context, options, `${name}: ${DONE[act]}.`)
  })
}
