/** A part of the settings under its heading. */
import type { ComponentChildren } from 'preact'

export function Section({ id, title, children }: { readonly id: string; readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="group" aria-labelledby={`settings-${id}`}>
      <h2 id={`settings-${id}`}>{title}</h2>
      <div class="card panel">{children}</div>
    </section>
  )
}
