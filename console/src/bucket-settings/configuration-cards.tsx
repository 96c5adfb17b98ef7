import type { ReactNode } from 'react'
import { VersioningCard } from '../buckets/versioning-card.tsx'
import { useSystem } from '../shell/system.tsx'
import { CORS } from './cors.ts'
import { LOGGING } from './logging.ts'
import { notification } from './notification.ts'
import { OBJECT_LOCK } from './object-lock.ts'
import { SettingCard } from './setting-card.tsx'
import { TAGS } from './tags.ts'
import { WEBSITE } from './website.ts'

/** The settings of a bucket that are neither its encryption nor who may use it. */
export function ConfigurationCards({ bucket }: { readonly bucket: string }): ReactNode {
  const targets = useSystem().value?.notificationTargets ?? []
  return (
    <>
      <VersioningCard bucket={bucket} />
      <SettingCard bucket={bucket} of={TAGS} />
      <SettingCard bucket={bucket} of={CORS} />
      <SettingCard bucket={bucket} of={WEBSITE} />
      <SettingCard bucket={bucket} of={LOGGING} />
      <SettingCard bucket={bucket} of={notification(targets)} />
      <SettingCard bucket={bucket} of={OBJECT_LOCK} />
    </>
  )
}
