/** Passwords of users for the console (IAM API reference, CreateLoginProfile and its siblings). */
import type { LoginProfile, PasswordOperation } from '../../operations/index.ts'
import { present } from '../present.ts'
import { passwordOf } from '../password-text.ts'
import { instant, type QueryOperations } from '../query-operation.ts'
import { element, parent } from '../xml-writer.ts'
import { optionalUser } from './users.ts'

function profileXml({ userName, createdMs, mustChange }: LoginProfile): readonly string[] {
  return [
    parent(
      'LoginProfile',
      element('UserName', userName),
      element('CreateDate', instant(createdMs)),
      element('PasswordResetRequired', mustChange),
    ),
  ]
}

export type PasswordKind = PasswordOperation['kind']

export const PASSWORD_OPERATIONS: QueryOperations<PasswordKind> = {
  'get-login-profile': {
    action: 'GetLoginProfile',
    read: (parameters) => ({ kind: 'get-login-profile', ...optionalUser(parameters) }),
    write: profileXml,
  },
  'create-login-profile': {
    action: 'CreateLoginProfile',
    read: (parameters) => ({
      kind: 'create-login-profile',
      name: parameters.text('UserName'),
      password: passwordOf(parameters.text('Password')),
      mustChange: parameters.flag('PasswordResetRequired') ?? false,
    }),
    write: profileXml,
  },
  'update-login-profile': {
    action: 'UpdateLoginProfile',
    read: (parameters) => {
      const password = parameters.optional('Password')
      return {
        kind: 'update-login-profile',
        name: parameters.text('UserName'),
        ...present({
          password: password === undefined ? undefined : passwordOf(password),
          mustChange: parameters.flag('PasswordResetRequired'),
        }),
      }
    },
  },
  'delete-login-profile': {
    action: 'DeleteLoginProfile',
    read: (parameters) => ({ kind: 'delete-login-profile', ...optionalUser(parameters) }),
  },
  'change-password': {
    action: 'ChangePassword',
    read: (parameters) => ({
      kind: 'change-password',
      oldPassword: passwordOf(parameters.text('OldPassword')),
      newPassword: passwordOf(parameters.text('NewPassword')),
    }),
  },
}
