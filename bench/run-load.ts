import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { AnswerReader, type Answer } from './answer-reader.ts'
import { bodyOf, prepare, type LoadPlan, type LoadResult, type Target } from './load-plan.ts'
import { quantileOf } from './statistics.ts'

/** Up to this size a request goes out in one write, head and body together. */
const ONE_PIECE_BYTES = 65_536
const ONCE_LIMIT_MS = 30_000

/**
 * Sends the requests of a plan over its connections, each as soon as the last one on it was answered. Goes on after its
 * time until one request was measured: a rate of nothing is none.
 */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const body = bodyOf(plan.bodyBytes)
  const inOnePiece = body.length <= ONE_PIECE_BYTES
  const requests = prepare(plan, body, inOnePiece)
  const connections = await Promise.all(
    Array.from({ length: plan.connections }, () => openConnection(plan.target, plan.method === 'HEAD', false)),
  )
  const started = performance.now()
  const counted = started + plan.warmupMs
  const deadline = counted + plan.durationMs
  const latenciesMs: number[] = []
  let next = 0
  let last = counted
  let answered = 0

  async function drive(connection: Connection): Promise<void> {
    for (;;) {
      const before = performance.now()
      if (plan.exactly === undefined ? before >= deadline && latenciesMs.length > 0 : next >= plan.exactly) return
      const request = requests[next++ % requests.length]
      if (request === undefined) return
      const answer = await connection.send(request, inOnePiece ? undefined : body)
      demand(plan, answer)
      answered += 1
      const after = performance.now()
      // What began before the warm-up was over is not counted: its whole time would be needed.
      if (before >= counted) {
        latenciesMs.push(after - before)
        last = Math.max(last, after)
      }
    }
  }

  await Promise.all(connections.map(drive))
  for (const connection of connections) connection.end()
  const sorted = Float64Array.from(latenciesMs).sort()
  const seconds = (last - counted) / 1_000
  return {
    answered,
    requests: sorted.length,
    seconds,
    perSecond: sorted.length / seconds,
    p50Ms: quantileOf(sorted, 0.5),
    p99Ms: quantileOf(sorted, 0.99),
  }
}

/** A failure that was counted as an answer would make a fast server of a broken one. */
function demand(plan: LoadPlan, answer: Answer): void {
  if (answer.status !== 200) throw new Error(`${plan.method} ${plan.path} was answered ${answer.status}`)
  if (plan.answerBytes !== undefined && answer.bodyBytes !== plan.answerBytes) {
    throw new Error(`${plan.method} ${plan.path} came with ${answer.bodyBytes} bytes instead of ${plan.answerBytes}`)
  }
}

/** One request of a plan, with its answer whole. */
export async function sendOnce(plan: Omit<LoadPlan, 'durationMs' | 'warmupMs' | 'connections'>): Promise<Answer> {
  const body = bodyOf(plan.bodyBytes)
  const [request] = prepare({ ...plan, durationMs: 0, warmupMs: 0, connections: 1 }, body, true)
  const connection = await openConnection(plan.target, plan.method === 'HEAD', true)
  try {
    return await connection.send(request ?? Buffer.alloc(0), undefined)
  } finally {
    connection.end()
  }
}

interface Connection {
  send(head: Buffer, body: Buffer | undefined): Promise<Answer>
  end(): void
}

async function openConnection(target: Target, bodiless: boolean, keep: boolean): Promise<Connection> {
  const socket: Socket = connect({ host: target.host, port: target.port, noDelay: true })
  await once(socket, 'connect')
  const reader = new AnswerReader({ keep, bodiless })
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined
  const fail = (error: Error): void => {
    waiting?.reject(error)
    waiting = undefined
  }
  socket.on('data', (data: Buffer) => {
    try {
      const answer = reader.push(data)
      if (answer === undefined) return
      const waiter = waiting
      waiting = undefined
      waiter?.resolve(answer)
    } catch (error) {
      fail(error instanceof Error ? error : new Error('an answer that cannot be read'))
    }
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the connection was closed')))
  if (keep) socket.setTimeout(ONCE_LIMIT_MS, () => socket.destroy())
  return {
    send: (head, body) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(head)
        if (body !== undefined) socket.write(body)
      }),
    end: () => socket.destroy(),
  }
}
