import Box from '@cloudscape-design/components/box'
import { lazy, Suspense, type ReactNode } from 'react'
import { Link, Route, Switch } from 'wouter'
import { Loading } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'
import { Page } from './page.tsx'

const Overview = lazy(async () => import('../overview/overview-page.tsx'))
const Buckets = lazy(async () => import('../buckets/bucket-list-page.tsx'))
const BucketOverview = lazy(async () => import('../buckets/bucket-overview-page.tsx'))
const BucketSettings = lazy(async () => import('../buckets/bucket-settings-page.tsx'))
const BucketConfiguration = lazy(async () => import('../bucket-settings/bucket-configuration-page.tsx'))
const BucketManagement = lazy(async () => import('../bucket-settings/bucket-management-page.tsx'))
const BucketPermissions = lazy(async () => import('../buckets/bucket-permissions-page.tsx'))
const BucketUploads = lazy(async () => import('../buckets/bucket-uploads-page.tsx'))
const Objects = lazy(async () => import('../objects/objects-page.tsx'))
const ObjectPage = lazy(async () => import('../objects/object-page.tsx'))
const Keys = lazy(async () => import('../keys/key-list-page.tsx'))
const NewKey = lazy(async () => import('../keys/new-key-page.tsx'))
const KeyPage = lazy(async () => import('../keys/key-page.tsx'))
const People = lazy(async () => import('../people/people-page.tsx'))
const Audit = lazy(async () => import('../audit/audit-page.tsx'))
const Explain = lazy(async () => import('../explain/explain-page.tsx'))
const Jobs = lazy(async () => import('../jobs/jobs-page.tsx'))
const Settings = lazy(async () => import('../settings/settings-page.tsx'))

/** Each address of the console; a page is loaded when somebody goes there. */
export function Routes(): ReactNode {
  return (
    <Suspense fallback={<Loading />}>
      <Switch>
        <Route path="/">{() => <Overview />}</Route>
        <Route path="/buckets/new">{() => <Buckets creating />}</Route>
        <Route path="/buckets">{() => <Buckets />}</Route>
        <Route path="/buckets/:bucket">{({ bucket }) => <BucketOverview key={bucket} bucket={bucket} />}</Route>
        <Route path="/buckets/:bucket/settings">
          {({ bucket }) => <BucketSettings key={bucket} bucket={bucket} />}
        </Route>
        <Route path="/buckets/:bucket/settings/encryption">
          {({ bucket }) => <BucketSettings key={bucket} bucket={bucket} configuring />}
        </Route>
        <Route path="/buckets/:bucket/permissions">
          {({ bucket }) => <BucketPermissions key={bucket} bucket={bucket} />}
        </Route>
        <Route path="/buckets/:bucket/configuration">
          {({ bucket }) => <BucketConfiguration key={bucket} bucket={bucket} />}
        </Route>
        <Route path="/buckets/:bucket/management">
          {({ bucket }) => <BucketManagement key={bucket} bucket={bucket} />}
        </Route>
        <Route path="/buckets/:bucket/uploads">{({ bucket }) => <BucketUploads key={bucket} bucket={bucket} />}</Route>
        <Route path="/buckets/:bucket/objects">{({ bucket }) => <Objects key={bucket} bucket={bucket} />}</Route>
        <Route path="/buckets/:bucket/object">{({ bucket }) => <ObjectPage key={bucket} bucket={bucket} />}</Route>
        <Route path="/keys">{() => <Keys />}</Route>
        <Route path="/keys/new">{() => <NewKey />}</Route>
        <Route path="/keys/:id/:tab?">{({ id, tab }) => <KeyPage key={id} id={id} tab={tab} />}</Route>
        <Route path="/people/:kind?/:name?">{({ kind, name }) => <People kind={kind} name={name} />}</Route>
        <Route path="/audit">{() => <Audit />}</Route>
        <Route path="/explain">{() => <Explain />}</Route>
        <Route path="/jobs">{() => <Jobs />}</Route>
        <Route path="/settings">{() => <Settings />}</Route>
        <Route>{() => <NotFound />}</Route>
      </Switch>
    </Suspense>
  )
}

function NotFound(): ReactNode {
  const { say } = useWords()
  return (
    <Page title={say('notFoundPage')}>
      <Box>
        <Link href="/">{say('toOverview')}</Link>
      </Box>
    </Page>
  )
}
