import { useEffect, useState, type ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { get } from '../api/request.ts'
import { useResource } from '../api/resource.ts'
import type { BucketRow, Page } from '../api/shapes.ts'
import { useWords } from '../words/use-words.tsx'

const BUCKETS_AT_HAND = 100

export function bucketOf(location: string): string | undefined {
  const name = /^\/buckets\/([^/?]+)/.exec(location)?.[1]
  return name === undefined || name === 'new' ? undefined : decodeURIComponent(name)
}

/** The left pane: the console's pages and, inside a bucket, the bucket list and the pages of the bucket. */
export function Navigation(): ReactNode {
  const { say, word } = useWords()
  const [location] = useLocation()
  const [open, setOpen] = useState(false)
  const bucket = bucketOf(location)
  useEffect(() => setOpen(false), [location])
  return (
    <div className="left">
      <button type="button" className="menu-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {say('menu')}
      </button>
      <div className={open ? 'panes open' : 'panes'}>
        <nav aria-label={say('mainNavigation')}>
          <ul>
            <Entry href="/" exact>
              {say('navOverview')}
            </Entry>
            <Entry href="/buckets">{word('bucketList')}</Entry>
            <Entry href="/keys">{say('navKeys')}</Entry>
            <Entry href="/people/users">{say('navPeople')}</Entry>
            <Entry href="/audit">{say('navAudit')}</Entry>
            <Entry href="/explain">{say('navExplain')}</Entry>
            <Entry href="/jobs">{say('navJobs')}</Entry>
            <Entry href="/settings">{say('navSettings')}</Entry>
          </ul>
        </nav>
        {bucket !== undefined && <BucketPages bucket={bucket} />}
        {(bucket !== undefined || location.startsWith('/buckets')) && <BucketsAtHand />}
      </div>
    </div>
  )
}

function BucketPages({ bucket }: { readonly bucket: string }): ReactNode {
  const { say, word, vocabulary } = useWords()
  const base = `/buckets/${encodeURIComponent(bucket)}`
  return (
    <nav aria-label={say('bucketPages', { bucket })}>
      <h2>{bucket}</h2>
      <ul>
        <Entry href={base} exact>
          {word('overview')}
        </Entry>
        <Entry href={`${base}/objects`}>{word('objectsPage')}</Entry>
        <Entry href={`${base}/settings`}>{word('settingsPage')}</Entry>
        {vocabulary === 'cos' && <Entry href={`${base}/configuration`}>{word('configurationPage')}</Entry>}
        <Entry href={`${base}/permissions`}>{word('permissionsPage')}</Entry>
        <Entry href={`${base}/management`}>{word('managementPage')}</Entry>
        <Entry href={`${base}/uploads`}>{word('uploadsPage')}</Entry>
      </ul>
    </nav>
  )
}

/** The list from which one selects a bucket. */
function BucketsAtHand(): ReactNode {
  const { say } = useWords()
  const [location] = useLocation()
  const list = useResource('buckets-at-hand', (signal) =>
    get<Page<BucketRow>>('/buckets', { limit: BUCKETS_AT_HAND }, signal),
  )
  const { reload } = list
  const place = bucketOf(location)
  useEffect(() => reload(), [place, reload])
  if (list.value === undefined || list.value.items.length === 0) return null
  return (
    <nav aria-label={say('bucketsAtHand')}>
      <h2>{say('bucketsAtHand')}</h2>
      <ul>
        {list.value.items.map(({ name }) => (
          <Entry key={name} href={`/buckets/${encodeURIComponent(name)}`}>
            {name}
          </Entry>
        ))}
        {list.value.next !== undefined && (
          <Entry href="/buckets" exact>
            {say('more')}
          </Entry>
        )}
      </ul>
    </nav>
  )
}

function Entry(props: { readonly href: string; readonly exact?: boolean; readonly children: ReactNode }): ReactNode {
  const [location] = useLocation()
  const here = location === props.href || (props.exact !== true && location.startsWith(`${props.href}/`))
  return (
    <li>
      <Link href={props.href} {...(here && { 'aria-current': 'page' as const })}>
        {props.children}
      </Link>
    </li>
  )
}
