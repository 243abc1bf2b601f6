/** Completion in real shells; skips shells that are not installed. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../helpers/tmp.ts'

const execute = promisify(execFile)
const root = join(import.meta.dirname, '../..')

let folder: TemporaryFolder
let env: NodeJS.ProcessEnv
const has = (shell: string): boolean => process.platform !== 'win32' && spawnSync(shell, ['-c', ':']).status === 0
const SHELLS = ['bash', 'zsh', 'fish'].filter(has)

beforeAll(async () => {
  folder = await temporaryFolder()
  // The scripts run the command by name.
  const command = `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'dist/server/cli/main.js')}" "$@"\n`
  mkdirSync(join(folder.path, 'bin'))
  writeFileSync(join(folder.path, 'bin/mailbell'), command, { mode: 0o755 })
  for (const name of ['our-one.yml', 'our-two.yml', 'other.yml']) writeFileSync(join(folder.path, name), '')
  env = { ...process.env, HOME: folder.path, ZDOTDIR: folder.path, PATH: `${join(folder.path, 'bin')}:${process.env['PATH'] ?? ''}` }
  mkdirSync(join(folder.path, 'scripts'))
  for (const shell of SHELLS)
    writeFileSync(join(folder.path, 'scripts', shell === 'zsh' ? '_mailbell' : shell), await run('mailbell', 'completion', shell))
})
afterAll(() => folder.remove())

const run = async (shell: string, ...args: string[]): Promise<string> => (await execute(shell, args, { cwd: folder.path, env })).stdout

/** The completions that the shell offers for the last word. */
type Complete = (line: string) => Promise<readonly string[]>

async function inBash(line: string): Promise<readonly string[]> {
  const script = `
    # What the package bash-completion brings, as far as the script calls it.
    _get_comp_words_by_ref() { words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur="\${words[cword]}"; prev="\${words[cword-1]}"; }
    # What is switched off for this one completion: bash knows it only while it completes.
    compopt() { options="\${options//$1 $2/} "; [ "$1" = +o ] && options="\${options//-o $2/}"; }
    source scripts/bash
    options=$(complete -p mailbell)
    COMP_LINE='${line}'; read -ra COMP_WORDS <<< "$COMP_LINE"; [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); COMP_POINT=\${#COMP_LINE}
    __mailbell_complete
    # Like "default": file names if there are no other completions.
    if [ \${#COMPREPLY[@]} = 0 ] && [[ $options == *'-o default'* ]]; then compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"; fi
    printf '%s\\n' "\${COMPREPLY[@]}"`
  return offers(await run('bash', '--norc', '-c', script))
}

async function inFish(line: string): Promise<readonly string[]> {
  return offers(await run('fish', '--no-config', '-c', `source scripts/fish; complete -C '${line}'`))
}

async function inZsh(line: string): Promise<readonly string[]> {
  // Types the words into an interactive shell, which prints each added match, and a marker after Tab completes.
  writeFileSync(
    join(folder.path, '.zshrc'),
    `PS1=; fpath=(~/scripts $fpath); autoload -Uz compinit; compinit -u -D
    compadd() {
      (( \${@[(I)-[AOD]*]} )) && { builtin compadd "$@"; return }
      local -a reported; builtin compadd -A reported "$@"; print; print -rl -- "offer "\${^reported}
      builtin compadd "$@"
    }
    complete-and-report() { zle complete-word; print; print -r -- all reported }
    zle -N complete-and-report; bindkey '^I' complete-and-report; print -r -- all ready\n`,
  )
  const script = `
    zmodload zsh/zpty; zpty shell zsh -d -i
    zpty -r shell output '*all ready*'
    zpty -w -n shell '${line}'$'\\t'
    zpty -r shell output '*all reported*'; print -r -- $output; zpty -d shell`
  const reported = await run('zsh', '-f', '-c', script)
  return [...reported.matchAll(/^offer (\S+)/gm)].map(([, offer = '']) => offer)
}

const offers = (output: string): readonly string[] => output.split('\n').map((line) => line.trim().split(/\s/)[0] ?? '')

describe.each<[string, Complete]>([
  ['bash', inBash],
  ['zsh', inZsh],
  ['fish', inFish],
])('completion in %s', (shell, complete) => {
  test.runIf(SHELLS.includes(shell))('completes commands, options and their choices', async () => {
    expect(await complete('mailbell ser')).toContain('serve')
    expect(await complete('mailbell token ')).toEqual(expect.arrayContaining(['create', 'list', 'revoke']))
    expect(await complete('mailbell serve --')).toEqual(expect.arrayContaining(['--config', '--port', '--demo']))
    const formats = await complete('mailbell watch --format ')
    expect(formats).toEqual(expect.arrayContaining(['text', 'json', 'waybar']))
    expect(formats).not.toContain('our-one.yml')
  })

  test.runIf(SHELLS.includes(shell))('completes files for options that take a file', async () => {
    const files = await complete('mailbell serve --config our')
    expect(files.filter((file) => file.endsWith('.yml')).toSorted()).toEqual(['our-one.yml', 'our-two.yml'])
    expect((await complete('mailbell token list --config ')).filter((file) => file.endsWith('.yml'))).toHaveLength(3)
  })
})

test.runIf(SHELLS.includes('bash'))('the script for bash may be sourced twice', async () => {
  const { stderr } = await execute('bash', ['--norc', '-c', 'source scripts/bash; source scripts/bash'], { cwd: folder.path, env })
  expect(stderr).toBe('')
})
