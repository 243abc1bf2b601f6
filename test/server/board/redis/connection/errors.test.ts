import { ErrorReply } from '@redis/client'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { redisErrorOf } from '../../../../../server/board/redis/connection/errors.ts'

const URL = 'redis://name:a-secret@redis.example.org:6380/2'
const textOf = (error: unknown): string => redisErrorOf(error, URL).message

describe('an error of Redis', () => {
  it.each([
    ['LOADING Redis is loading the dataset in memory', 'is still loading its data; retrying'],
    ["OOM command not allowed when used memory > 'maxmemory'. script: 1f, on @user_script:1.", 'has no memory left; give it more'],
    [
      "ERR Error running script (call to f_1f): @user_script:3: @user_script: 3: -OOM command not allowed when used memory > 'maxmemory'.",
      'has no memory left; give it more',
    ],
    ["ERR The user executing the script can't run this command or subcommand script: 1f", 'does not allow this user what Mailbell needs'],
    ['NOPERM ACL failure in script: User x has no permissions to run the hset command', 'does not allow this user what Mailbell needs'],
    ['ERR ACL failure in script: No permissions to access a key', 'does not allow this user what Mailbell needs'],
    ['BUSY Redis is busy running a script.', 'is busy with a script of another program'],
    ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", 'is a replica without its primary'],
    ['MISCONF Redis is configured to save RDB snapshots, but cannot', 'cannot save its data and takes no writes'],
    ['MOVED 3999 127.0.0.1:6381', 'is a node of a cluster'],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'has data of another program, or of another version of Mailbell'],
    ['ERR user_script:20: attempt to compare nil with number script: 1f', 'has data of another program'],
    ['ERR hash value is not an integer script: 1f', 'has data of another program'],
    ['ERR max number of clients reached', 'has too many connections; raise its maxclients'],
    ['ERR unknown command', 'answers with an error (ERR)'],
  ])('is one sentence that names the cause: %s', (reply, cause) => {
    const error = redisErrorOf(new ErrorReply(reply), URL)
    expect(error.message.startsWith(`redis redis.example.org:6380/2 ${cause}`)).toBe(true)
    expect(error.message).not.toMatch(/secret|script: 1f/)
    expect(error.isReply).toBe(true)
  })

  it('in what it has stored is named as that', () => {
    const { error } = z.number().safeParse('text')
    expect(textOf(error)).toContain('has data of another program')
  })

  it('without a code is the end of the connection', () => {
    expect(textOf(new Error('Socket closed unexpectedly'))).toBe('redis redis.example.org:6380/2 ended the connection.')
  })

  it('that is none of its replies leaves open what it did', () => {
    const error = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    expect(textOf(error)).toContain('cannot be reached (ECONNRESET)')
    expect(redisErrorOf(error, URL).isReply).toBe(false)
  })
})
