import { expect, test } from 'vitest'
import { inheritedEnv } from '../../../../server/sources/command/environment.ts'

test('inherits variables about places and language, and no secret', () => {
  const env = { PATH: '/bin', HOME: '/home/me', LANG: 'ko_KR.UTF-8', LC_TIME: 'C', TZ: 'Asia/Seoul', XDG_RUNTIME_DIR: '/run/user/1' }
  const secrets = { MAILBELL_TOKEN: 'x', ALICE_PASSWORD: 'x', AWS_SECRET_ACCESS_KEY: 'x', PATH_TO_SECRET: 'x', LC_: 'x', NODE_OPTIONS: 'x' }
  expect(inheritedEnv({ ...env, ...secrets, HTTPS_PROXY: 'http://me:secret@proxy', TMPDIR: undefined }, false)).toEqual(env)
})

test('ignores the case of names on Windows only', () => {
  expect(inheritedEnv({ Path: 'C:\\Windows', SystemRoot: 'C:\\Windows' }, true)).toEqual({ Path: 'C:\\Windows', SystemRoot: 'C:\\Windows' })
  expect(inheritedEnv({ Path: '/bin' }, false)).toEqual({})
})
