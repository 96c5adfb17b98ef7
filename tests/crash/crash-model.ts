import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  NoSuchKey,
  type S3Client,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { sha256Of } from './seeded-random.ts'

/** All that a client can see of a version: its body, how it is protected, its tag. */
export interface Content {
  readonly sha256: string
  /** `x-amz-server-side-encryption`, and the ARN of the KMS key. */
  readonly shown: string | undefined
  readonly keyArn: string | undefined
  readonly tag: string | undefined
}

/** In place of a version with a body: a delete marker. */
const MARKER = 'marker'

/** What every object has among its metadata. */
export const NOTE = 'note'

/** What a request without an answer may have done, or not. */
export type Doubt =
  | { readonly kind: 'put'; readonly content: Content }
  /** Of the current version, in place. */
  | { readonly kind: 'change'; readonly content: Content }
  | { readonly kind: 'delete' }
  | { readonly kind: 'remove-version'; readonly versionId: string }

/** What a request sends whose object is under a customer's own key. */
export interface CustomerFields {
  readonly SSECustomerAlgorithm?: 'AES256'
  readonly SSECustomerKey?: string
}

export interface NamePlace {
  readonly bucket: string
  readonly versioned: boolean
  readonly customer: CustomerFields
  readonly note: string
}

/** One name, changed by one client only, one request at a time: what has to be there is known exactly. */
export class NameModel {
  readonly bucket: string
  readonly key: string
  readonly versioned: boolean
  readonly #customer: CustomerFields
  readonly #note: string
  /** Oldest first. A name without versioning has one at most. */
  #versions: { readonly id: string; readonly content: Content | typeof MARKER }[] = []
  #doubt: Doubt | undefined

  constructor(key: string, place: NamePlace) {
    this.key = key
    this.bucket = place.bucket
    this.versioned = place.versioned
    this.#customer = place.customer
    this.#note = place.note
  }

  /** How many versions have a body. */
  get bodies(): number {
    return this.#versions.filter((version) => version.content !== MARKER).length
  }

  get inDoubt(): boolean {
    return this.#doubt !== undefined
  }

  /** Of the current version; undefined when there is none. */
  get current(): Content | undefined {
    const content = this.#versions.at(-1)?.content
    return content === MARKER ? undefined : content
  }

  get versionIds(): readonly string[] {
    return this.#versions.map((version) => version.id)
  }

  /** A request is on its way; until `acknowledged` or `refuted` nobody knows. */
  begin(doubt: Doubt): void {
    assert.equal(this.#doubt, undefined)
    this.#doubt = doubt
  }

  /** The server has answered that it was done. */
  acknowledged(versionId: string | undefined): void {
    const doubt = this.#doubt
    assert.ok(doubt !== undefined)
    this.#doubt = undefined
    this.#apply(doubt, versionId ?? 'null')
  }

  #apply(doubt: Doubt, id: string): void {
    if (doubt.kind === 'remove-version') {
      this.#versions = this.#versions.filter((version) => version.id !== doubt.versionId)
      return
    }
    if (doubt.kind === 'change') {
      const last = this.#versions.pop()
      assert.ok(last !== undefined)
      this.#versions.push({ id: last.id, content: doubt.content })
      return
    }
    const content = doubt.kind === 'put' ? doubt.content : MARKER
    if (this.versioned) this.#versions.push({ id, content })
    else this.#versions = doubt.kind === 'put' ? [{ id, content }] : []
  }

  /** Compares with the server, and learns what became of a request in doubt. */
  async check(client: S3Client): Promise<void> {
    await (this.versioned ? this.#checkVersions(client) : this.#checkSingle(client))
    this.#doubt = undefined
  }

  async #checkSingle(client: S3Client): Promise<void> {
    const found = await this.#read(client, undefined)
    const doubt = this.#doubt
    if (!same(found, this.current)) {
      const allowed = doubt?.kind === 'put' || doubt?.kind === 'change' ? doubt.content : undefined
      assert.ok(doubt !== undefined && same(found, allowed), this.#complaint(found, doubt))
      this.#apply(doubt, 'null')
    }
  }

  async #checkVersions(client: S3Client): Promise<void> {
    const listed = await this.#list(client)
    const doubt = this.#doubt
    const missing = this.versionIds.filter((id) => !listed.includes(id))
    if (doubt?.kind === 'remove-version' && missing.length === 1 && missing[0] === doubt.versionId) {
      this.#apply(doubt, '')
    } else {
      assert.deepEqual(missing, [], `${this.bucket}/${this.key}: acknowledged versions are gone`)
    }
    const extra = listed.filter((id) => !this.versionIds.includes(id))
    const [made] = extra
    if (made !== undefined) {
      assert.equal(extra.length, 1, `${this.bucket}/${this.key}: versions that nobody made`)
      assert.ok(doubt?.kind === 'put' || doubt?.kind === 'delete', `${this.bucket}/${this.key}: a version nobody made`)
      this.#apply(doubt, made)
    }
    assert.deepEqual(listed.toReversed(), this.versionIds, `${this.bucket}/${this.key}: order of the versions`)
    for (const { id, content } of [...this.#versions]) {
      if (content === MARKER) continue
      const found = await this.#read(client, id)
      if (doubt?.kind === 'change' && id === this.versionIds.at(-1) && same(found, doubt.content))
        this.#apply(doubt, id)
      else assert.deepEqual(found, content, `${this.bucket}/${this.key} ${id}`)
    }
    assert.deepEqual(
      await this.#read(client, undefined),
      this.current,
      `${this.bucket}/${this.key}: the current version`,
    )
  }

  /** Newest first. */
  async #list(client: S3Client): Promise<readonly string[]> {
    const answer = await client.send(new ListObjectVersionsCommand({ Bucket: this.bucket, Prefix: this.key }))
    assert.equal(answer.IsTruncated, false)
    const all = [...(answer.Versions ?? []), ...(answer.DeleteMarkers ?? [])].filter((one) => one.Key === this.key)
    assert.equal(all.filter((one) => one.IsLatest === true).length, all.length === 0 ? 0 : 1)
    // A version id begins with its order.
    return all.map((one) => one.VersionId ?? assert.fail()).sort((left, right) => (left < right ? 1 : -1))
  }

  async #read(client: S3Client, versionId: string | undefined): Promise<Content | undefined> {
    const named = versionId === undefined ? {} : { VersionId: versionId }
    const target = { Bucket: this.bucket, Key: this.key, ...named }
    try {
      const answer = await client.send(new GetObjectCommand({ ...target, ...this.#customer }))
      const body = (await answer.Body?.transformToByteArray()) ?? assert.fail()
      assert.equal(answer.Metadata?.[NOTE], this.#note)
      const tags = answer.TagCount === 1 ? await client.send(new GetObjectTaggingCommand(target)) : undefined
      return {
        ...{ sha256: sha256Of(body), shown: answer.ServerSideEncryption, keyArn: answer.SSEKMSKeyId },
        tag: tags?.TagSet?.[0]?.Value,
      }
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined
      throw error
    }
  }

  #complaint(found: Content | undefined, doubt: Doubt | undefined): string {
    const was = `acknowledged ${JSON.stringify(this.current)}, in doubt ${JSON.stringify(doubt)}`
    return `${this.bucket}/${this.key}: found ${JSON.stringify(found)}; ${was}`
  }
}

function same(left: Content | undefined, right: Content | undefined): boolean {
  return isDeepStrictEqual(left, right)
}

/** That a listing shows exactly the names that have a current version. */
export async function checkListing(client: S3Client, bucket: string, names: readonly NameModel[]): Promise<void> {
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: bucket }))
  const wanted = names.filter((name) => name.bucket === bucket && name.current !== undefined).map((name) => name.key)
  assert.deepEqual(
    (Contents ?? []).map((one) => one.Key),
    wanted.toSorted(),
  )
}
