import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unexplained, type Call, type Event, type Reply } from './history.ts'
import { Seeded } from './seeded.ts'

const DONE: Reply = { kind: 'done' }
const REFUSED: Reply = { kind: 'refused' }

function event(from: number, to: number, call: Call, reply: Reply, place?: number): Event {
  return { call, reply, from, to, ...(place === undefined ? {} : { place }) }
}

function write(from: number, to: number, value: string, place?: number): Event {
  return event(from, to, { kind: 'write', value }, DONE, place)
}

function read(from: number, to: number, value?: string): Event {
  return event(from, to, { kind: 'read' }, { kind: 'found', value })
}

function remove(from: number, to: number): Event {
  return event(from, to, { kind: 'remove' }, DONE)
}

function create(from: number, to: number, value: string, reply: Reply): Event {
  return event(from, to, { kind: 'create', value }, reply)
}

function replace(from: number, to: number, value: string, over: string, reply: Reply): Event {
  return event(from, to, { kind: 'replace', value, over }, reply)
}

const LEGAL: Readonly<Record<string, readonly Event[]>> = {
  'one after the other': [read(0, 1), write(2, 3, 'a'), read(4, 5, 'a'), remove(6, 7), read(8, 9)],
  'a read beside a write sees either': [
    write(0, 1, 'a'),
    write(2, 9, 'b'),
    read(3, 4, 'a'),
    read(5, 6, 'b'),
    read(10, 11, 'b'),
  ],
  'writes side by side in an order that only the reads tell': [write(0, 9, 'a'), write(1, 8, 'b'), read(10, 11, 'a')],
  'one of two creations wins': [create(0, 5, 'a', REFUSED), create(1, 4, 'b', DONE), read(6, 7, 'b')],
  'a creation after a removal beside it': [write(0, 1, 'a'), create(2, 9, 'b', DONE), remove(3, 8), read(10, 11, 'b')],
  'one of two replacements wins': [
    write(0, 1, 'a'),
    replace(2, 6, 'b', 'a', DONE),
    replace(3, 7, 'c', 'a', REFUSED),
    read(8, 9, 'b'),
  ],
  'a write without an answer is seen late': [
    write(0, 1, 'a'),
    event(2, 3, { kind: 'write', value: 'b' }, { kind: 'unknown' }),
    read(4, 5, 'a'),
    read(6, 7, 'b'),
  ],
  'a write without an answer never happened': [
    event(0, 1, { kind: 'write', value: 'b' }, { kind: 'unknown' }),
    read(4, 5),
  ],
  'the places of writes side by side': [write(0, 9, 'a', 1), write(1, 8, 'b', 0), read(10, 11, 'a')],
}

const WRONG: Readonly<Record<string, readonly Event[]>> = {
  'a stale read': [write(0, 1, 'a'), write(2, 3, 'b'), read(4, 5, 'a')],
  'a read that goes back': [write(0, 1, 'a'), write(2, 9, 'b'), read(3, 4, 'b'), read(5, 6, 'a')],
  'an acknowledged write that is not there': [write(0, 1, 'a'), read(2, 3)],
  'a value that nobody wrote': [write(0, 1, 'a'), read(2, 3, 'x')],
  'a removed value that is back': [write(0, 1, 'a'), remove(2, 3), read(4, 5, 'a')],
  'a lost update: two replacements of one value': [
    write(0, 1, 'a'),
    replace(2, 6, 'b', 'a', DONE),
    replace(3, 7, 'c', 'a', DONE),
  ],
  'a creation that won twice': [create(0, 5, 'a', DONE), create(1, 4, 'b', DONE)],
  'a creation that was refused where nothing was': [create(0, 1, 'a', REFUSED), read(2, 3)],
  'a refused replacement that would have held': [write(0, 1, 'a'), replace(2, 3, 'b', 'a', REFUSED)],
  'places against the time of the requests': [write(0, 1, 'a', 1), write(2, 3, 'b', 0)],
  'the last place is not what is read': [write(0, 9, 'a', 1), write(1, 8, 'b', 0), read(10, 11, 'b')],
  'a write without an answer is seen and gone again': [
    write(0, 1, 'a'),
    event(2, 3, { kind: 'write', value: 'b' }, { kind: 'unknown' }),
    read(4, 5, 'b'),
    read(6, 7, 'a'),
  ],
}

test('histories that one order explains are found to be right', () => {
  for (const [name, events] of Object.entries(LEGAL)) assert.equal(unexplained(events), undefined, name)
})

test('planted violations are found: stale reads, lost updates, conditions that held twice', () => {
  for (const [name, events] of Object.entries(WRONG)) assert.notEqual(unexplained(events), undefined, name)
})

/** A history of a register that is right, because each request takes effect at a moment of its own. */
function randomHistory(random: Seeded, count: number): Event[] {
  let value: string | undefined
  const seen: string[] = ['never']
  const events: Event[] = []
  for (let at = 0; at < count; at++) {
    const [from, to] = [at - random.next() * 6, at + random.next() * 6]
    const mine = `v${at}`
    const over = random.pick(seen.slice(-3))
    const dice = random.below(6)
    if (dice < 2) events.push(read(from, to, value))
    else if (dice === 2) {
      events.push(remove(from, to))
      value = undefined
    } else if (dice === 3) {
      events.push(create(from, to, mine, value === undefined ? DONE : REFUSED))
      value ??= mine
    } else if (dice === 4) {
      events.push(replace(from, to, mine, over, value === over ? DONE : REFUSED))
      if (value === over) value = mine
    } else {
      events.push(write(from, to, mine))
      value = mine
    }
    if (value !== undefined && seen.at(-1) !== value) seen.push(value)
  }
  return events
}

test('random histories of a register are right, and wrong with one read of a value that was long replaced', () => {
  const random = new Seeded('histories')
  for (let round = 0; round < 60; round++) {
    const events = randomHistory(random, 120)
    assert.equal(unexplained(events), undefined)
    const end = 200
    const stale = [...events, write(end, end + 1, 'last'), read(end + 2, end + 3, 'v0')]
    assert.notEqual(unexplained(stale), undefined)
  }
})
