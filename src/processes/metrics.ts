import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Observation } from '../gateway/index.ts'

/** The metrics of one process. Labels come from closed sets: no bucket, key, user or URL. */
export interface Metrics {
  readonly observe: (observation: Observation) => void
  /** Prometheus text. `live` are values that are read when asked. */
  readonly text: (live: Readonly<Record<string, number>>) => Promise<string>
}

interface OperationChildren {
  readonly duration: Histogram.Internal<string>
  /** By the first digit of the status. */
  readonly byClass: Counter.Internal[]
}

const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60]

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Counter({
    name: 'coffer_requests_total',
    help: 'Requests answered, by operation and class of status',
    labelNames: ['operation', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'coffer_request_seconds',
    help: 'From the arrival of a request to the start of its answer',
    labelNames: ['operation'],
    buckets: SECONDS,
    registers,
  })
  const failures = new Counter({
    name: 'coffer_failures_total',
    help: 'Refusals and defects, by kind',
    labelNames: ['failure'],
    registers,
  })
  const gauges = new Map<string, Gauge>()
  // By operation: finding a label's child each time costs more than counting.
  const children = new Map<string, OperationChildren>()
  const childrenOf = (operation: string): OperationChildren => {
    const known = children.get(operation)
    if (known !== undefined) return known
    const made = { duration: durations.labels({ operation }), byClass: [] }
    children.set(operation, made)
    return made
  }
  return {
    observe: ({ operation, status, milliseconds, failure }) => {
      const { duration, byClass } = childrenOf(operation)
      const statusClass = Math.floor(status / 100)
      byClass[statusClass] ??= requests.labels({ operation, status: `${statusClass}xx` })
      byClass[statusClass].inc()
      duration.observe(milliseconds / 1000)
      if (failure !== undefined) failures.inc({ failure })
    },
    text: async (live) => {
      for (const [name, value] of Object.entries(live)) {
        const gauge = gauges.get(name) ?? new Gauge({ name, help: name.replaceAll('_', ' '), registers })
        gauges.set(name, gauge)
        gauge.set(value)
      }
      return registry.metrics()
    },
  }
}
