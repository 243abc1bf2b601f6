/** What could not be loaded, and a button for what helps. */
import type { Words } from '../../common/words/words.ts'
import { Button } from './controls/Button.tsx'

interface BrokenProps {
  /** Below the heading of a view. */
  readonly isView?: boolean | undefined
  readonly title: string
  readonly help: string
  readonly action: string
  readonly onAction: () => void
}

export function Broken({ isView = false, title, help, action, onAction }: BrokenProps) {
  const Title = isView ? 'h2' : 'h1'
  return (
    <main class="centered">
      <div class="centered" role="alert">
        <Title class="title">{title}</Title>
        <p>{help}</p>
      </div>
      <Button text={action} onClick={onAction} />
    </main>
  )
}

export function BrokenPage({ words, isView }: Pick<BrokenProps, 'isView'> & { readonly words: Words }) {
  return (
    <Broken
      isView={isView}
      title={words.t('brokenTitlePage')}
      help={words.t('brokenHelpPage')}
      action={words.t('reload')}
      onAction={() => location.reload()}
    />
  )
}
