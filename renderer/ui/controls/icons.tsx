/** Icons in the colour of the text around them. Each is next to text or in a labelled button, so screen readers skip it. */

const iconOf =
  (path: string, strokeWidth = 1.6) =>
  () => (
    <svg class="icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width={strokeWidth} aria-hidden="true">
      <path d={path} stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  )

export const RefreshIcon = iconOf('M16 10a6 6 0 1 1-1.8-4.3L16 7.5M16 3.5v4h-4')
export const SettingsIcon = iconOf('M3 6h8M15 6h2M3 14h2M9 14h8M11 6a2 2 0 1 0 4 0a2 2 0 1 0-4 0M5 14a2 2 0 1 0 4 0a2 2 0 1 0-4 0')
export const BackIcon = iconOf('M12 4.5 6.5 10l5.5 5.5')
export const NextIcon = iconOf('M8 4.5l5.5 5.5L8 15.5')
export const CheckIcon = iconOf('M4.5 10.5l3.8 3.8 7.2-8.6', 2)
export const SortIcon = iconOf('M4 5.5h12M6.5 10h7M9 14.5h2')
export const CloseIcon = iconOf('M5.5 5.5l9 9M14.5 5.5l-9 9')
export const SearchIcon = iconOf('M3.8 8.8a5 5 0 1 0 10 0a5 5 0 1 0-10 0M12.6 12.6l4 4')
export const MoreIcon = iconOf('M4.5 10h.01M10 10h.01M15.5 10h.01', 2.6)
export const BellIcon = iconOf('M6 8.5a4 4 0 0 1 8 0V12l1.5 2.5h-11L6 12ZM8.5 16.8a1.6 1.6 0 0 0 3 0')
export const MutedIcon = iconOf('M6 8.5a4 4 0 0 1 8 0V12l1.5 2.5h-11L6 12ZM8.5 16.8a1.6 1.6 0 0 0 3 0M3.5 3.5l13 13')
export const PictureIcon = iconOf('M3.5 4.5h13v11h-13ZM3.5 13l4-3.5 3 2.5 2.5-2 3.5 3M6.7 7.5a.8.8 0 1 0 1.6 0a.8.8 0 1 0-1.6 0')
export const PlusIcon = iconOf('M10 4.5v11M4.5 10h11')
export const LinkIcon = iconOf('M8.5 11.5 11.5 8.5M9 6l1.3-1.3a3.5 3.5 0 0 1 5 5L14 11M11 14l-1.3 1.3a3.5 3.5 0 0 1-5-5L6 9')
export const WarningIcon = iconOf('M10 3.5 17.5 16.5h-15ZM10 8.5v3.5M10 14.3v.1')
export const QuitIcon = iconOf('M10 3.5V9M6.4 5.8a6 6 0 1 0 7.2 0')
/** An opened envelope. */
export const ReadIcon = iconOf('M3 8.2 10 3.5l7 4.7V16H3ZM3.3 8.5l6.7 4.2 6.7-4.2')
export const ArchiveIcon = iconOf('M3 4h14v3.5H3ZM4.2 7.5V16h11.6V7.5M8 10.5h4')
export const DeleteIcon = iconOf('M4 5.5h12M8 5.5V3.5h4v2M5.5 5.5 6.2 16.5h7.6l.7-11M8.5 8.5v5M11.5 8.5v5')

/** The mark of the product. */
export const BellMark = () => (
  <svg class="bell-mark" viewBox="0 0 32 32" aria-hidden="true">
    <path d="M16 3a2 2 0 0 1 2 2v.8A8.5 8.5 0 0 1 24.5 14v5.6l2.3 3.5A1.3 1.3 0 0 1 25.7 25H6.3a1.3 1.3 0 0 1-1.1-1.9l2.3-3.5V14A8.5 8.5 0 0 1 14 5.8V5a2 2 0 0 1 2-2Zm-3.6 24h7.2a3.6 3.6 0 0 1-7.2 0Z" />
  </svg>
)
