import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import type { OverviewAnswer } from '../api/shapes.ts'
import { methodText } from '../encryption/encryption-badge.tsx'
import { useWords } from '../words/use-words.tsx'

/** How much is encrypted how: of the buckets by their default, of the versions by whether a KMS key holds them. */
export function Posture({ of }: { readonly of: OverviewAnswer }): ReactNode {
  const words = useWords()
  const { say, number } = words
  const { defaults, versionsByKey } = of
  const kind = (mode: (typeof defaults)[number]['mode']): string =>
    // Which key it is stands on the bucket's own page.
    methodText({ mode, cipher: 'aes-256' }, words).split(' · ')[0] ?? mode
  return (
    <SpaceBetween size="s">
      {defaults.length > 0 && (
        <Shares
          title={say('defaultsByMode')}
          shares={defaults.map(({ mode, buckets }) => ({ name: kind(mode), count: buckets }))}
        />
      )}
      {versionsByKey !== undefined && (
        <Shares
          title={say('versionsByKey')}
          shares={[
            { name: say('underKmsKeys'), count: versionsByKey.underKeys },
            { name: say('underServiceKeys'), count: versionsByKey.others },
          ]}
        />
      )}
      {versionsByKey === undefined && <Box color="text-body-secondary">{say('versionsByKeyHidden')}</Box>}
      <Box fontSize="body-s" color="text-body-secondary">
        {say('versionsInAll', { count: number(of.versions) })}
      </Box>
    </SpaceBetween>
  )
}

interface Share {
  readonly name: string
  readonly count: number
}

/** Bars without a chart library: the first page pays for none. The table is what a screen reader reads. */
function Shares({ title, shares }: { readonly title: string; readonly shares: readonly Share[] }): ReactNode {
  const { number } = useWords()
  const all = shares.reduce((sum, { count }) => sum + count, 0)
  return (
    <table className="shares">
      <caption>{title}</caption>
      <tbody>
        {shares.map(({ name, count }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{number(count)}</td>
            <td className="share-bar">
              <progress max={Math.max(1, all)} value={count} aria-label={name} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
