import type { ComponentChildren } from 'preact'

/** A part of the settings under its heading. */
export const Section = ({ id, title, children }: { readonly id: string; readonly title: string; readonly children: ComponentChildren }) => (
  <section class="group" aria-labelledby={`settings-${id}`}>
    <h2 id={`settings-${id}`}>{title}</h2>
    <div class="card panel">{children}</div>
  </section>
)
