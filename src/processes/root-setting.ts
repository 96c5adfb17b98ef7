import type { RootKeySetting } from '../config/index.ts'
import type { RootSetting } from '../kms/index.ts'
import { awsKmsSettingOf, vaultSettingOf } from './remote-root.ts'
import { startTokenProcess, tokenBehind } from './token-process.ts'

/** The root as the configuration names it, in the words of the room that opens it. */
export function rootSettingOf(setting: RootKeySetting): RootSetting {
  switch (setting.provider) {
    case 'env':
      return { provider: 'env', variable: setting.name, value: setting.value }
    case 'passphrase':
      return { provider: 'passphrase', place: setting.source, passphrase: setting.passphrase }
    case 'systemd-credential':
      return { provider: 'systemd-credential', credential: setting.name, path: setting.path }
    case 'pkcs11': {
      const { object, ...token } = setting.uri
      return { provider: 'pkcs11', token: tokenBehind(startTokenProcess(token)), label: object }
    }
    case 'vault':
      return vaultSettingOf(setting.vault)
    case 'aws-kms':
      return awsKmsSettingOf(setting.kms)
    case 'file':
    case 'ephemeral':
      return setting
  }
}
