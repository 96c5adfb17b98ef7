import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigProblem } from './config-problem.ts'
import { MAX_YAML_BYTES, parseYamlSubset } from './yaml-subset.ts'

function parse(text: string | Uint8Array) {
  return parseYamlSubset(typeof text === 'string' ? Buffer.from(text) : text, 'coffer.yaml')
}

test('maps, lists and scalars come back as the text that was written', () => {
  const map = parse('a: 1\nb: yes\nc: "x: y"\nd: [1, two]\ne:\n  f: 0o7\n  g: 1e3\n')
  assert.deepEqual(
    map,
    new Map<string, unknown>([
      ['a', '1'],
      ['b', 'yes'],
      ['c', 'x: y'],
      ['d', ['1', 'two']],
      [
        'e',
        new Map([
          ['f', '0o7'],
          ['g', '1e3'],
        ]),
      ],
    ]),
  )
})

test('an empty file and one of comments hold nothing', () => {
  assert.deepEqual(parse(''), new Map())
  assert.deepEqual(parse('# nothing\n'), new Map())
})

const BOMB = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n`

const HOSTILE: readonly (readonly [string, string | Uint8Array])[] = [
  ['an alias', 'a: &x 1\nb: *x\n'],
  ['an anchor alone', 'a: &x 1\n'],
  ['aliases upon aliases', BOMB],
  ['a merge key', 'a: {x: 1}\n<<: {y: 2}\n'],
  ['a tag of its own', 'a: !!js/function "x"\n'],
  ['a core tag', 'a: !!str 1\n'],
  ['a local tag', 'a: !secret x\n'],
  ['a duplicate key', 'a: 1\na: 2\n'],
  ['a duplicate key inside', 'a: {b: 1, b: 2}\n'],
  ['two documents', 'a: 1\n---\nb: 2\n'],
  ['a version directive', '%YAML 1.1\n---\na: 1\n'],
  ['a tag directive', '%TAG ! tag:x,2000:\n---\na: 1\n'],
  ['a list as the root', '- a\n'],
  ['a text as the root', 'just text\n'],
  ['a map as a key', '{a: 1}: b\n'],
  ['a list of maps', 'a: [{b: 1}]\n'],
  ['deep nesting', 'a: {b: {c: {d: {e: {f: 1}}}}}\n'],
  ['bytes that are not UTF-8', Uint8Array.of(0x61, 0x3a, 0x20, 0xff)],
  ['more than 64 KiB', `a: ${'x'.repeat(MAX_YAML_BYTES)}\n`],
  ['broken quoting', 'a: "x\n'],
]
for (const [what, text] of HOSTILE) {
  test(`T-176 (part) YAML with ${what} is refused`, () => assert.throws(() => parse(text), ConfigProblem))
}
