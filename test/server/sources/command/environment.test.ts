import { expect, test } from 'vitest'
import { passedOn } from '../../../../server/sources/command/environment.ts'

test('passes on where things are and which language is spoken, and no secret', () => {
  const env = { PATH: '/bin', HOME: '/home/me', LANG: 'ko_KR.UTF-8', LC_TIME: 'C', TZ: 'Asia/Seoul', XDG_RUNTIME_DIR: '/run/user/1' }
  const secrets = { MAILBELL_TOKEN: 'x', ALICE_PASSWORD: 'x', AWS_SECRET_ACCESS_KEY: 'x', PATH_TO_SECRET: 'x', LC_: 'x', NODE_OPTIONS: 'x' }
  expect(passedOn({ ...env, ...secrets, HTTPS_PROXY: 'http://me:secret@proxy', TMPDIR: undefined }, false)).toEqual(env)
})

test('takes names in any case on Windows, and there only', () => {
  expect(passedOn({ Path: 'C:\\Windows', SystemRoot: 'C:\\Windows' }, true)).toEqual({ Path: 'C:\\Windows', SystemRoot: 'C:\\Windows' })
  expect(passedOn({ Path: '/bin' }, false)).toEqual({})
})
