import type { Checkpoint } from './checkpoint-note.ts'
import type { LedgerHead } from './ledger-head.ts'
import { linkOf, lineHash, NO_HASH, textHash, type Segment } from './ledger-rows.ts'
import { GrowingTree } from './merkle-tree.ts'

/** One thing that is wrong. `record`: the number of the first record concerned, so many before it are intact. */
export interface LedgerProblem {
  readonly what: string
  readonly record?: number
  readonly segment?: number
  /** The time of the last record before it. */
  readonly afterMs?: number
}

export interface LedgerReport {
  readonly intact: boolean
  readonly records: number
  readonly segments: number
  readonly checkpoints: number
  readonly firstMs?: number
  readonly lastMs?: number
  readonly problems: readonly LedgerProblem[]
  /** The newest checkpoint that the records bear out. */
  readonly checkpoint?: { readonly size: number; readonly root: string; readonly note: string }
  readonly verifierKey?: string
}

/** More are not told: the first one says where to look. */
export const MAX_PROBLEMS = 20

/** What some checkpoint says about the records. */
export interface Claim extends Checkpoint {
  readonly note: string
  readonly where: string
}

/** Holds the ledger's segments, given in their order, against each other, the checkpoints and the head. */
export class LedgerCheck {
  checkpoints = 0
  readonly #problems: LedgerProblem[] = []
  #tree = new GrowingTree()
  #claims: Claim[] = []
  #borneOut: Claim | undefined
  /** A record before this one is not what it was: no root can be computed any more. */
  #broken = false
  /** Segments since the last one that opened; which records they held, the next one tells. */
  #lost: string[] = []
  #segments = 0
  #records = 0
  #next = 0
  #previous = NO_HASH
  #previousText = NO_HASH
  /** The number of the first record of the segment read last. */
  #segmentFirst = 0
  #stream: { readonly name: string; readonly start: number } | undefined
  #firstMs: number | undefined
  #lastMs: number | undefined

  /** How many segments there were so far: the number of the next. */
  get segments(): number {
    return this.#segments
  }

  problem(problem: LedgerProblem): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem)
  }

  expect(claims: readonly Claim[]): void {
    this.#claims = [...claims].sort((left, right) => left.size - right.size)
    this.#settle()
  }

  segment(number: number, segment: Segment | undefined): void {
    if (number === this.#segments + 1) this.#lose(`segment ${this.#segments} is missing`)
    else if (number > this.#segments) this.#lose(`segments ${this.#segments} to ${number - 1} are missing`)
    this.#segments = number + 1
    if (segment === undefined) {
      this.#lose(`segment ${number} was changed and does not open`)
      return
    }
    if (this.#lost.length > 0) this.#findAgain(segment.head)
    else this.#linkSegment(number, segment)
    for (const line of segment.lines) this.#line(number, line)
    this.#previousText = textHash(segment.text)
  }

  #linkSegment(number: number, { head, lines }: Segment): void {
    if (head.segment !== number) this.#damage(`segment ${number} is another one in its place`, number)
    // Where the last record before it is another, that is what is told.
    if (head.previous !== this.#previousText && linkOf(lines[0] ?? '')?.previous === this.#previous) {
      this.#damage(`segment ${number - 1} was changed: its hash does not fit`, number, this.#segmentFirst)
    }
    this.#segmentFirst = head.first
    if (this.#stream?.name !== head.stream) this.#newStream(number, head)
  }

  /** After what was lost, records are held against each other again, and no longer against the tree. */
  #findAgain({ first, stream }: Segment['head']): void {
    this.#tellLost(first - 1)
    this.#next = first
    this.#previous = ''
    this.#stream = { name: stream, start: NaN }
  }

  #lose(what: string): void {
    this.#lost.push(what)
    this.#broken = true
  }

  #tellLost(last: number): void {
    const what = `${this.#lost.join(', ')}: records ${this.#next} to ${last}`
    this.#damage(what, undefined, this.#next)
    this.#lost = []
  }

  /** A new stream says how long the one before was, and how it ended. */
  #newStream(number: number, { stream, first, closes }: Segment['head']): void {
    const before = this.#stream
    this.#stream = { name: stream, start: first }
    if (before === undefined) return
    // Where the beginning of the stream was lost, its length is not known.
    const length = Number.isNaN(before.start) ? closes?.length : first - before.start
    const fits = closes?.stream === before.name && closes.length === length && closes.hash === this.#previous
    if (!fits) this.#damage(`the stream before segment ${number} did not end as the next one says`, number, first)
  }

  #damage(what: string, segment?: number, record = this.#next): void {
    this.problem({
      what,
      record,
      ...(segment === undefined ? {} : { segment }),
      ...(this.#lastMs === undefined ? {} : { afterMs: this.#lastMs }),
    })
    this.#broken = true
  }

  #line(segment: number, line: string): void {
    const link = linkOf(line)
    if (link === undefined) {
      this.problem({ what: `record ${this.#next} is not readable`, record: this.#next, segment })
      this.#broken = true
    } else {
      this.#follow(segment, link)
    }
    const hash = lineHash(line)
    this.#previous = hash.toString('base64')
    this.#next = (link?.seq ?? this.#next) + 1
    this.#records += 1
    const timeMs = Number(/"timeMs":(\d+)/.exec(line)?.[1])
    if (Number.isFinite(timeMs)) {
      this.#firstMs = Math.min(this.#firstMs ?? timeMs, timeMs)
      this.#lastMs = Math.max(this.#lastMs ?? timeMs, timeMs)
    }
    if (/"action":"coffer:AuditRow(sMissing|Damaged)"/.test(line)) {
      this.problem({ what: 'rows were missing or damaged before they were sealed', record: this.#next - 1, segment })
    }
    this.#tree.append(hash)
    this.#settle()
  }

  #follow(segment: number, { seq, previous }: { readonly seq: number; readonly previous: string }): void {
    if (seq !== this.#next) {
      const what =
        seq > this.#next
          ? `records ${this.#next} to ${seq - 1} are missing`
          : `record ${seq} stands where record ${this.#next} should`
      this.problem({ what, record: Math.min(seq, this.#next), segment })
      this.#broken = true
    } else if (this.#previous !== '' && previous !== this.#previous) {
      const changed = Math.max(0, seq - 1)
      this.problem({ what: `record ${changed} was changed: the hash chain does not fit`, record: changed, segment })
      this.#broken = true
    }
  }

  /** Holds the records so far against the checkpoints that speak of exactly so many. */
  #settle(): void {
    for (let claim = this.#claims[0]; claim !== undefined && claim.size <= this.#tree.size; claim = this.#claims[0]) {
      this.#claims.shift()
      if (this.#broken) continue
      if (this.#tree.root().equals(claim.root)) {
        this.#borneOut = claim
        continue
      }
      const from = this.#borneOut?.size ?? 0
      const what = `${claim.where} does not fit: something in records ${from} to ${claim.size - 1} was changed`
      this.problem({ what, record: from })
      this.#broken = true
    }
  }

  end(head: LedgerHead | undefined): void {
    if (head === undefined) {
      if (this.#records > 0 || this.checkpoints > 0) this.problem({ what: 'the head of the ledger is gone' })
      return
    }
    if (this.#lost.length > 0) {
      this.#tellLost(head.size - 1)
    } else if (head.size > this.#next) {
      this.problem({ what: `records ${this.#next} to ${head.size - 1} are missing at the end`, record: this.#next })
    } else if (head.size < this.#next || head.segments !== this.#segments) {
      this.problem({ what: `the head of the ledger is older than its records`, record: head.size })
    } else if (!this.#broken && head.lastRecord !== this.#previous) {
      this.problem({ what: `record ${this.#next - 1} was changed: the head does not fit`, record: this.#next - 1 })
    } else if (!this.#broken && head.lastSegment !== this.#previousText) {
      this.problem({ what: `the last segment was changed: the head does not fit`, record: this.#next - 1 })
    }
    const [claim] = this.#claims
    if (claim !== undefined) {
      const what = `${claim.where} speaks of ${claim.size} records, and there are ${this.#next}: an older state was put back, or the end is missing`
      this.problem({ what, record: this.#next })
    }
  }

  report(): LedgerReport {
    const claim = this.#borneOut
    return {
      intact: this.#problems.length === 0,
      records: this.#records,
      segments: this.#segments,
      checkpoints: this.checkpoints,
      problems: this.#problems,
      ...(this.#firstMs === undefined ? {} : { firstMs: this.#firstMs }),
      ...(this.#lastMs === undefined ? {} : { lastMs: this.#lastMs }),
      ...(claim === undefined
        ? {}
        : { checkpoint: { size: claim.size, root: claim.root.toString('hex'), note: claim.note } }),
    }
  }
}
