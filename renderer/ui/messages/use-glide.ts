/** Rows that others make room for, or close up to, glide to their new place: the eye can follow, and the layout does not jump. */
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

const GLIDE_MS = 240

/** Groups glide in the list, and messages in their group. */
export function useGlide(list: RefObject<HTMLElement | null>): void {
  const before = useRef(new Map<Element, number>())
  useLayoutEffect(() => {
    const parts = list.current?.querySelectorAll<HTMLElement>('.message-group, .message') ?? []
    const tops = new Map<Element, number>(Array.from(parts, (part) => [part, part.offsetTop]))
    // Where the list is scrolled, the browser keeps what is in sight in its place.
    const isScrolled = (list.current?.getBoundingClientRect().top ?? 0) < 0
    for (const [part, top] of isScrolled ? [] : tops) {
      const from = before.current.get(part)
      if (from !== undefined && from !== top && Math.min(from, top) < window.innerHeight) glide(part, from - top)
    }
    before.current = tops
  })
}

function glide(part: Element, fromPx: number): void {
  const duration = matchMedia('(prefers-reduced-motion: reduce)').matches ? 1 : GLIDE_MS
  part.animate({ transform: [`translateY(${fromPx}px)`, 'none'] }, { duration, easing: 'ease-out' })
}
