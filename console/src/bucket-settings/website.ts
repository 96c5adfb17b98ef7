import type { WebsiteSetting } from '../api/shapes.ts'
import { DraftProblem, given, textOf, type Setting } from './setting.ts'

/** The bucket as a web site. Rules of redirection that another client has put stay as they are. */
export const WEBSITE: Setting<WebsiteSetting> = {
  path: 'website',
  title: 'website',
  help: 'websiteHelp',
  removable: true,
  fields: [
    { name: 'index', label: 'websiteIndex', hint: 'websiteIndexHint', kind: 'text' },
    { name: 'error', label: 'websiteError', kind: 'text' },
    { name: 'host', label: 'websiteRedirect', hint: 'websiteRedirectHint', kind: 'text' },
  ],
  draftsOf: (value) => [
    {
      index: value?.index?.suffix ?? '',
      error: value?.error?.key ?? '',
      host: value?.redirectAll?.hostName ?? '',
    },
  ],
  bodyOf: ([draft], before) => {
    const [index, error, hostName] = ['index', 'error', 'host'].map((name) => textOf(draft?.[name]?.trim()))
    if (hostName !== undefined) {
      if (index !== undefined || error !== undefined) throw new DraftProblem('websiteEither')
      return { redirectAll: { ...before?.redirectAll, hostName }, rules: [] }
    }
    if (index === undefined) throw new DraftProblem('websiteEither')
    return {
      index: { ...before?.index, suffix: index },
      ...given({ error: error === undefined ? undefined : { ...before?.error, key: error } }),
      rules: before?.rules ?? [],
    }
  },
  lines: ({ index, error, redirectAll, rules }, { say }) => [
    ...(index === undefined ? [] : [`${say('websiteIndex')}: ${index.suffix}`]),
    ...(error === undefined ? [] : [`${say('websiteError')}: ${error.key}`]),
    ...(redirectAll?.hostName === undefined ? [] : [`${say('websiteRedirect')}: ${redirectAll.hostName}`]),
    ...(rules.length === 0 ? [] : [say('websiteRules', { count: rules.length })]),
  ],
}
