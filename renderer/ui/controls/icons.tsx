/** Icons in the colour of the text around them. Each is next to text or in a labelled button, so screen readers skip it. */
import type { ComponentChildren } from 'preact'

function Icon({ children }: { readonly children: ComponentChildren }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  )
}

export const RefreshIcon = () => (
  <Icon>
    <path d="M16 10a6 6 0 1 1-1.8-4.300L16 7.500" />
    <path d="M16 3.500v4h-4" />
  </Icon>
)
export const SettingsIcon = () => (
  <Icon>
    <path d="M3 6h8M15 6h2M3 14h2M9 14h8" />
    <circle cx="13" cy="6" r="2" />
    <circle cx="7" cy="14" r="2" />
  </Icon>
)
export const BackIcon = () => (
  <Icon>
    <path d="M12 4.500 6.500 10l5.500 5.500" />
  </Icon>
)
export const CloseIcon = () => (
  <Icon>
    <path d="m5.500 5.500 9 9M14.500 5.500l-9 9" />
  </Icon>
)
export const SearchIcon = () => (
  <Icon>
    <circle cx="8.800" cy="8.800" r="5" />
    <path d="m12.600 12.600 4 4" />
  </Icon>
)
export const MoreIcon = () => (
  <Icon>
    <path d="M4.500 10h.010M10 10h.010M15.500 10h.010" stroke-width="2.600" />
  </Icon>
)
export const MutedIcon = () => (
  <Icon>
    <path d="M6 8.500a4 4 0 0 1 8 0V12l1.500 2.500h-11L6 12ZM8.500 16.800a1.600 1.600 0 0 0 3 0" />
    <path d="m3.500 3.500 13 13" />
  </Icon>
)
export const PictureIcon = () => (
  <Icon>
    <path d="M3.500 4.500h13v11h-13Z" />
    <path d="m3.500 13 4-3.500 3 2.500 2.500-2 3.500 3" />
    <circle cx="7.500" cy="7.500" r="0.800" />
  </Icon>
)
export const PlusIcon = () => (
  <Icon>
    <path d="M10 4.500v11M4.500 10h11" />
  </Icon>
)
export const LinkIcon = () => (
  <Icon>
    <path d="M8.500 11.500 11.500 8.500M9 6l1.300-1.300a3.500 3.500 0 0 1 5 5L14 11M11 14l-1.300 1.300a3.500 3.500 0 0 1-5-5L6 9" />
  </Icon>
)
export const WarningIcon = () => (
  <Icon>
    <path d="M10 3.500 17.500 16.500h-15Z" />
    <path d="M10 8.500v3.500M10 14.300v.1" />
  </Icon>
)
/** An opened envelope. */
export const ReadIcon = () => (
  <Icon>
    <path d="M3 8.200 10 3.500l7 4.700V16H3Z" />
    <path d="m3.300 8.500 6.700 4.200 6.700-4.200" />
  </Icon>
)
export const ArchiveIcon = () => (
  <Icon>
    <path d="M3 4h14v3.500H3ZM4.200 7.500V16h11.600V7.500M8 10.500h4" />
  </Icon>
)
export const DeleteIcon = () => (
  <Icon>
    <path d="M4 5.500h12M8 5.500V3.500h4v2M5.500 5.500 6.200 16.500h7.600l.700-11M8.500 8.500v5M11.500 8.500v5" />
  </Icon>
)
