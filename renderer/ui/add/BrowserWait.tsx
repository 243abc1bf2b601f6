/** The wait for a sign-in in the browser, with what the user has to do meanwhile. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { plain } from '../../../common/model/text.ts'
import type { BrowserRequests } from '../../../common/protocol/bridge.ts'
import type { SignInPrompt } from '../../../common/protocol/discovery.ts'
import { DONE, UNAVAILABLE, type Outcome } from '../../../common/protocol/outcome.ts'
import { redirectOf } from '../../view/forms/redirect.ts'
import { ActionButton } from '../controls/ActionButton.tsx'
import { Breakable } from '../controls/Breakable.tsx'
import { Button } from '../controls/Button.tsx'
import { useUi } from '../controls/context.ts'
import { useToastedRequest } from '../layers/Toaster.tsx'
import { LinkButton } from '../controls/WebLink.tsx'
import { PasteAddress } from './PasteAddress.tsx'
import './BrowserWait.css'

/** @param prompt null if the browser opened by itself */
export function BrowserWait({ prompt }: { readonly prompt: SignInPrompt | null }) {
  const { words, bridge } = useUi()
  const request = useToastedRequest()
  const place = useRef<HTMLDivElement>(null)
  // It may be below the end of a small window.
  useLayoutEffect(() => place.current?.scrollIntoView({ block: 'nearest' }), [])
  return (
    <div class="browser-wait" ref={place}>
      <p role="status" id="sign-in-waiting">
        {words.t(prompt?.kind === 'paste-address' && prompt.codeHasEnded ? 'codeHasEnded' : 'signInWaiting')}
      </p>
      {prompt && bridge.page && <Prompt prompt={prompt} page={bridge.page} />}
      <Button text={words.t('cancel')} onClick={() => void request(bridge.cancelSignIn())} />
    </div>
  )
}

function Prompt({ prompt, page }: { readonly prompt: SignInPrompt; readonly page: BrowserRequests }) {
  return prompt.kind === 'sign-in' ? <Here url={prompt.url} page={page} /> : <CodeOrAddress prompt={prompt} page={page} />
}

/** The browser comes back by itself, unless a tunnel makes another machine look like this one. */
function Here({ url, page }: { readonly url: string; readonly page: BrowserRequests }) {
  const { words } = useUi()
  const [isPasted, setPasted] = useState(false)
  return (
    <>
      <LinkButton url={url} label={words.t('signInByBrowser')} describedBy="sign-in-waiting" />
      {isPasted ? (
        <>
          <RedirectHelp url={url} />
          <PasteAddress page={page} startsFocused />
        </>
      ) : (
        <Button text={words.t('redirectFails')} class="text-button" onClick={() => setPasted(true)} />
      )}
    </>
  )
}

interface CodeOrAddressProps {
  readonly prompt: Exclude<SignInPrompt, { kind: 'sign-in' }>
  readonly page: BrowserRequests
}

/**
 * An organization may block codes, which the provider says on its own page alone: the user then signs in without one. An
 * address that is half typed stays when the code ends.
 */
function CodeOrAddress({ prompt, page }: CodeOrAddressProps) {
  const { words } = useUi()
  const [prefersCode, setPrefersCode] = useState(true)
  const coded = prompt.kind === 'enter-code' ? prompt : null
  const signInUrl = prompt.kind === 'enter-code' ? prompt.signInUrl : prompt.url
  const hasCode = coded !== null && (prefersCode || signInUrl === undefined)
  const steps = useRef<HTMLDivElement>(null)
  const isFirst = useRef(true)
  useLayoutEffect(() => {
    if (!isFirst.current) steps.current?.querySelector<HTMLElement>(':scope > :not([hidden]) :is(a, button)')?.focus()
    isFirst.current = false
  }, [hasCode])
  return (
    <>
      <div class="steps" ref={steps}>
        <div hidden={!hasCode}>{coded && <EnterCode url={coded.url} code={plain(coded.code)} />}</div>
        <div hidden={hasCode}>{signInUrl !== undefined && <Elsewhere url={signInUrl} page={page} />}</div>
      </div>
      {coded?.signInUrl !== undefined && (
        <Button text={words.t(hasCode ? 'codeFails' : 'useCode')} class="text-button" onClick={() => setPrefersCode(!hasCode)} />
      )}
    </>
  )
}

function EnterCode({ url, code }: { readonly url: string; readonly code: string }) {
  const { words } = useUi()
  const text = useRef<HTMLElement>(null)
  return (
    <ol>
      <li>
        {words.t('codeStep')}
        <div class="code-row">
          <code ref={text}>{code}</code>
          <ActionButton label={words.t('copyCode')} run={() => copy(code, text.current)} resultText={() => words.t('copied')} />
        </div>
      </li>
      <li>
        <span id="code-page">{words.t('codePageStep')}</span>
        <LinkButton url={url} label={plain(url.replace(/^https:\/\//, ''))} describedBy="code-page" />
      </li>
    </ol>
  )
}

function Elsewhere({ url, page }: { readonly url: string; readonly page: BrowserRequests }) {
  const { words } = useUi()
  return (
    <ol>
      <li>
        <LinkButton url={url} label={words.t('signInByBrowser')} describedBy="sign-in-waiting" />
      </li>
      <li>
        <RedirectHelp url={url} />
      </li>
      <li>
        <PasteAddress page={page} />
      </li>
    </ol>
  )
}

function RedirectHelp({ url }: { readonly url: string }) {
  const { words } = useUi()
  return (
    <p>
      <Breakable text={words.t('redirectStep', { start: redirectOf(url) })} />
    </p>
  )
}

/** Without https, a page has no clipboard, and copies only what is selected. */
async function copy(text: string, shown: HTMLElement | null): Promise<Outcome> {
  try {
    await navigator.clipboard.writeText(text)
    return DONE
  } catch {
    if (shown) getSelection()?.selectAllChildren(shown)
    return document.execCommand('copy') ? DONE : UNAVAILABLE
  }
}
