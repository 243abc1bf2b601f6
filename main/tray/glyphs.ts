/** Digits as strokes, so that a number needs no font. Each stands in a box 6 wide and 10 high, drawn along its middle line. */
export const GLYPHS: Readonly<Record<string, string>> = {
  '0': 'M1 3.2a2 2.2 0 0 1 4 0v3.6a2 2.2 0 0 1-4 0z',
  '1': 'M1.5 2.7 3.5 1V9',
  '2': 'M1 3a2 2 0 0 1 4 0C5 4.8 3.4 5.8 1 9h4.2',
  '3': 'M1.1 2.2A2 2 0 1 1 2.9 4.9 2.05 2.05 0 1 1 1.1 7.8',
  '4': 'M4.2 9V1L.8 6.6h4.8',
  '5': 'M4.9 1H1.5L1.2 4.7A2.3 2.3 0 1 1 1 8.1',
  '6': 'M4.4 1C2.2 2 1 4 1 6.7a2 2.3 0 1 0 4 0 2 2.3 0 1 0-4 0',
  '7': 'M1 1h4.1L2.5 9',
  '8': 'M3 4.8A1.8 1.9 0 0 1 3 1a1.8 1.9 0 0 1 0 3.8A2 2.1 0 0 1 3 9a2 2.1 0 0 1 0-4.2',
  '9': 'M1.6 9C3.8 8 5 6 5 3.3a2 2.3 0 1 0-4 0 2 2.3 0 1 0 4 0',
  '+': 'M.8 5.4h4.4M3 3.2v4.4',
}
