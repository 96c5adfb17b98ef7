import type {
  OperationKind,
  OperationOf,
  Page,
  PageRequest,
  PeopleOperation,
  PeopleResults,
  Results,
} from '../operations/index.ts'
import { present } from './present.ts'
import type { QueryParameters } from './query-parameters.ts'
import { element, parent } from './xml-writer.ts'

/** How one operation is asked and answered in the query protocol. */
export interface QueryOperation<Kind extends OperationKind> {
  /** What `Action` says. */
  readonly action: string
  read(parameters: QueryParameters): OperationOf<Kind>
  /** What stands in `<ActionResult>`, as elements already written. Absent: the action has no result. */
  write?(result: Results[Kind], operation: OperationOf<Kind>): readonly string[]
}

/** One of any kind: that each has its own kind's operation and result was checked where it was written down. */
export interface AnyQueryOperation {
  readonly action: string
  read(parameters: QueryParameters): PeopleOperation
  write?(result: PeopleResults[PeopleOperation['kind']], operation: PeopleOperation): readonly string[]
}

export type QueryOperations<Kinds extends OperationKind> = { readonly [Kind in Kinds]: QueryOperation<Kind> }

const MAX_MARKER_CHARS = 320
const MAX_PAGE_ITEMS = 1_000

/** `Marker`, `MaxItems`. */
export function readPage(parameters: QueryParameters): PageRequest {
  const marker = parameters.optional('Marker', MAX_MARKER_CHARS)
  return present({ marker, maxItems: parameters.number('MaxItems', 1, MAX_PAGE_ITEMS) })
}

/** `<name>` of members, and what follows a list that may go on. */
export function pageXml<Item>(name: string, page: Page<Item>, write: (item: Item) => string): readonly string[] {
  return [
    listXml(name, page.items.map(write)),
    element('IsTruncated', page.marker !== undefined),
    element('Marker', page.marker),
  ]
}

/** `members`: what stands in each `<member>`. */
export function listXml(name: string, members: readonly string[]): string {
  return parent(name, ...members.map((member) => parent('member', member)))
}

/** ISO 8601 to the second, as the vendor writes it. */
export function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -'.000Z'.length)}Z`
}
