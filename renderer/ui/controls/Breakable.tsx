/** A text with an address in it: the address moves to the next line as a whole, and breaks only where no line is long enough for it. */
import { Fragment } from 'preact'
import './Breakable.css'

const partsOf = (word: string): readonly string[] => word.split(/(?<=[@/.])(?=[^@/.])/u)

export const Breakable = ({ text }: { readonly text: string }) => (
  <bdi>
    {text.split(/(?<=\s)/u).map((word, index) => {
      const parts = partsOf(word)
      if (parts.length === 1) return word
      return (
        <Fragment key={index}>
          <span class="unbroken">
            {parts.map((part, at) => (
              <Fragment key={at}>
                {at > 0 && <wbr />}
                {part.trimEnd()}
              </Fragment>
            ))}
          </span>
          {word.trimEnd() !== word && ' '}
        </Fragment>
      )
    })}
  </bdi>
)
