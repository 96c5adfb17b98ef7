import {
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  NoSuchKey,
  type S3Client,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { sha256Of } from './seeded-random.ts'

/** SHA-256 of a body. */
export type Content = string

/** In place of a body: a delete marker. */
const MARKER = 'marker'

/** What a request without an answer may have done, or not. */
export type Doubt =
  | { readonly kind: 'put'; readonly content: Content }
  | { readonly kind: 'delete' }
  | { readonly kind: 'remove-version'; readonly versionId: string }

/** One name, changed by one client only, one request at a time: what has to be there is known exactly. */
export class NameModel {
  readonly bucket: string
  readonly key: string
  readonly versioned: boolean
  /** Oldest first. A name without versioning has one at most. */
  #versions: { readonly id: string; readonly content: Content }[] = []
  #doubt: Doubt | undefined

  constructor(bucket: string, key: string, versioned: boolean) {
    this.bucket = bucket
    this.key = key
    this.versioned = versioned
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
    if (found !== this.current) {
      const allowed = doubt?.kind === 'put' ? doubt.content : undefined
      assert.ok(doubt !== undefined && found === allowed, this.#complaint(found, doubt))
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
    for (const { id, content } of this.#versions) {
      if (content === MARKER) continue
      const found = await this.#read(client, id)
      assert.equal(found, content, `${this.bucket}/${this.key} ${id}`)
    }
    assert.equal(await this.#read(client, undefined), this.current, `${this.bucket}/${this.key}: the current version`)
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
    try {
      const named = versionId === undefined ? {} : { VersionId: versionId }
      const answer = await client.send(new GetObjectCommand({ Bucket: this.bucket, Key: this.key, ...named }))
      const body = (await answer.Body?.transformToByteArray()) ?? assert.fail()
      return sha256Of(body)
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined
      throw error
    }
  }

  #complaint(found: Content | undefined, doubt: Doubt | undefined): string {
    const was = `acknowledged ${this.current ?? 'nothing'}, in doubt ${doubt?.kind ?? 'nothing'}`
    return `${this.bucket}/${this.key}: found ${found ?? 'nothing'}; ${was}`
  }
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
